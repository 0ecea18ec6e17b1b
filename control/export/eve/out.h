// SPDX-License-Identifier: BSD-3-Clause
// Where lines go: how one way out does, the same for a file and a socket.

#pragma once

#include <stdint.h>

#define EVE_ERROR 160

struct eve_out {
	uint64_t sent, waiting, lost; // lines
	uint64_t contact_ns; // wall: when one got through last; 0: never
	char error[EVE_ERROR]; // why none does; empty: they do
};
