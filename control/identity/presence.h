// SPDX-License-Identifier: BSD-3-Clause
// When a device was heard of within the last three days, in steps of two minutes: two stations that
// are one device are never there together.
//
// Shape:   a ring of bits; `newest` is the step that was marked last.
// Units:   wall nanoseconds.
// Threads: the core thread.

#pragma once

#include <stdint.h>

#define PRESENCE_STEP_NS (120ull * 1000000000)
#define PRESENCE_WORDS 34
#define PRESENCE_STEPS (PRESENCE_WORDS * 64)

struct presence {
	uint64_t newest;
	uint64_t bits[PRESENCE_WORDS];
};

void presence_mark(struct presence *p, uint64_t seen_ns);
unsigned int presence_steps(const struct presence *p);
// Steps in which both were heard of.
unsigned int presence_shared(const struct presence *a, const struct presence *b);
