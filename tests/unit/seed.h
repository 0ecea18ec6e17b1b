// SPDX-License-Identifier: BSD-3-Clause
// Random numbers for tests, from a seed that is printed and can be given again by SPIN_SEED.

#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t
seed_take(void) {
	const char *given = getenv("SPIN_SEED");
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	uint64_t seed =
		given ? strtoull(given, NULL, 0) : (uint64_t)t.tv_nsec << 20 ^ (uint64_t)t.tv_sec;
	printf("SPIN_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

// Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (2014).
static inline uint64_t
seed_next(uint64_t *state) {
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}
