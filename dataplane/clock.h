// SPDX-License-Identifier: BSD-3-Clause
// The clock of live traffic and of the wire: CLOCK_MONOTONIC, one for both processes.

#pragma once

#include "platform/base.h"

#include <time.h>

static inline ns_t
clock_now(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (ns_t)t.tv_sec * NS_PER_S + (ns_t)t.tv_nsec;
}
