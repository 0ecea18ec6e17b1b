// SPDX-License-Identifier: BSD-3-Clause

#include "control/clock.h"

#include <time.h>

static uint64_t
read_clock(clockid_t id) {
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

ns_t
clock_mono_ns(void) {
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t
clock_wall_ns(void) {
	return read_clock(CLOCK_REALTIME);
}

uint64_t
clock_wall_of(ns_t mono_ns) {
	if (mono_ns == 0)
		return 0;
	return clock_wall_ns() - clock_mono_ns() + mono_ns;
}
