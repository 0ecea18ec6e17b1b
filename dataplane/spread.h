// SPDX-License-Identifier: BSD-3-Clause
// Which worker gets a frame: the rule that NICs are set to follow, for those who do without one.
//
// Shape:   a hash over the two IP addresses that stays the same when they are exchanged, because
//          its key repeats every 16 bits; it picks a row of a table that deals the workers out in
//          turn.
//          What NICs do not hash alike, or not at all, goes to worker 0.
// Threads: pure.
// Source:  Toeplitz hash, "Receive-Side Scaling Hash Types", Microsoft NDIS.

#pragma once

#include "dataplane/parse/parse.h"

#include <stdint.h>

#define SPREAD_KEY 0x6d5au // the 16 bits
#define SPREAD_ROWS 64u // divides the table of every NIC

// With a key of such a period the hash depends on no more than all 16-bit words of both addresses,
// added without carry.
static inline uint32_t
spread_hash(uint16_t words) {
	uint32_t key = SPREAD_KEY << 16 | SPREAD_KEY, hash = 0;

	for (unsigned int bit = 0; bit < 16; bit++, key = key << 1 | key >> 31) {
		if (words & 0x8000u >> bit)
			hash ^= key;
	}
	return hash;
}

static inline unsigned int
spread_worker(const struct facts *f, unsigned int workers) {
	uint16_t words = 0;

	if (!(f->flags & FACT_IP) || (f->flags & FACT_PPPOE) || f->key.tags > 1)
		return 0;
	for (unsigned int end = 0; end < 2; end++) {
		for (unsigned int i = 0; i < 16; i += 2)
			words ^= (uint16_t
			)(f->key.address[end][i] << 8 | f->key.address[end][i + 1]);
	}
	return spread_hash(words) % SPREAD_ROWS % workers;
}
