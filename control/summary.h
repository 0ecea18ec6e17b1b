// SPDX-License-Identifier: BSD-3-Clause
// The home in one sentence, and the figures it is made of.
//
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

#include <stdint.h>

struct state;

// Members of an object that the caller opens and ends.
void summary_write(const struct state *s, uint64_t window_s, uint64_t now_ns, struct json *j);
