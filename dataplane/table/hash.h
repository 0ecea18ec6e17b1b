// SPDX-License-Identifier: BSD-3-Clause
// Keyed hashes of the tables: fast on a few words, and no stranger can make keys collide.
//
// Shape:   NH (add the seed, multiply pairs, sum in 128 bits) and a keyed finish.  A CRC would be
//          as fast, but two keys that collide under one seed do so under every seed.
// Threads: pure.
// Source:  Black, Halevi, Krawczyk, Krovetz, Rogaway: "UMAC" (1999), section 4: NH is almost
//          universal, 2^-64 here.

#pragma once

#include "dataplane/parse/parse.h"

#include <stdint.h>
#include <string.h>

#define HASH_SEED_WORDS 8

static inline uint64_t
hash_load(const void *at) {
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return word;
}

static inline uint64_t
hash_48(const void *key, const uint64_t seed[HASH_SEED_WORDS]) {
	const uint8_t *k = key;
	unsigned __int128 sum =
		(unsigned __int128)(hash_load(k) + seed[0]) * (hash_load(k + 8) + seed[1]);

	sum += (unsigned __int128)(hash_load(k + 16) + seed[2]) * (hash_load(k + 24) + seed[3]);
	sum += (unsigned __int128)(hash_load(k + 32) + seed[4]) * (hash_load(k + 40) + seed[5]);
	uint64_t x = (uint64_t)sum + (uint64_t)(sum >> 64) * (seed[6] | 1);
	x ^= x >> 32;
	x *= seed[7] | 1;
	return x ^ x >> 29;
}

static inline uint64_t
hash_8(uint64_t key, const uint64_t seed[HASH_SEED_WORDS]) {
	unsigned __int128 product = (unsigned __int128)(key + seed[0]) * (seed[1] | 1);
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t
hash_flow_key(const struct flow_key *key, const uint64_t seed[HASH_SEED_WORDS]) {
	return hash_48(key, seed);
}
