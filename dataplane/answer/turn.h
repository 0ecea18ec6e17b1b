// SPDX-License-Identifier: BSD-3-Clause
// What every answer has in common: who sent the frame receives it back.
//
// Threads: pure.
// Source:  RFC 791, 8200, 2516 4; IEEE 802.3 for the shortest frame.

#pragma once

#include "dataplane/parse/parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Is it whole, unicast, and without options between its headers?
bool turn_is_plain(const uint8_t *frame, size_t length, const struct facts *f);

// Addresses, ports, lengths and checksums of an answer whose `l4_length` bytes from f->l4 on are
// written, but for ports and checksum.  Returns the frame's new length, padded to the shortest
// that there is; the buffer holds that much.
size_t turn_frame(uint8_t *frame, const struct facts *f, size_t l4_length);
