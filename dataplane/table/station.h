// SPDX-License-Identifier: BSD-3-Clause
// Station table: behind which port a MAC address of a VLAN lives, and which device it is.
//
// Shape:   four (key, value) pairs a line, two possible lines a key; values are single words.
// Units:   a tick is 2^27 ns (134 ms), 32 bits that wrap; ages are differences.
// Threads: readers take no lock; writers take the table's own.
// Errors:  none: when both lines are full the oldest station gives way.
// Source:  IEEE 802.1Q 8.8 (filtering database, independent learning), table 8-11 (ageing 300 s).

#pragma once

#include "dataplane/table/hash.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define STATION_WAYS 4
#define STATION_TICK_SHIFT 27
#define STATION_TICKS(seconds) ((uint32_t)((seconds)*1000000000ull >> STATION_TICK_SHIFT))

struct station {
	uint8_t port;
	uint16_t slot;
	uint32_t seen; // tick
};

struct station_bucket {
	_Atomic uint64_t key[STATION_WAYS]; // 0: empty
	_Atomic uint64_t value[STATION_WAYS]; // seen << 32 | slot << 16 | port
};

struct station_table {
	struct station_bucket *bucket;
	uint32_t mask;
	uint64_t seed[HASH_SEED_WORDS];
	atomic_flag lock;
};

struct station_table *station_table_new(uint32_t stations, const uint64_t seed[HASH_SEED_WORDS]);
void station_table_free(struct station_table *t);

// `mac` may be read eight bytes long.  The mark makes every key differ from an empty one.
static inline uint64_t
station_key(const uint8_t *mac, uint16_t vlan) {
	uint64_t word;
	memcpy(&word, mac, sizeof word);
	return word << 16 | 0x8000u | vlan;
}

static inline uint32_t
station_tick(uint64_t time_ns) {
	return (uint32_t)(time_ns >> STATION_TICK_SHIFT);
}

static inline struct station
station_unpack(uint64_t value) {
	return (struct station){
		.port = (uint8_t)value,
		.slot = (uint16_t)(value >> 16),
		.seen = (uint32_t)(value >> 32),
	};
}

// The value is read between two reads of the key, so it belongs to this key even when a writer
// gives the place to another.
static inline bool
station_find_in(struct station_bucket *b, uint64_t key, struct station *ret) {
	for (int i = 0; i < STATION_WAYS; i++) {
		if (atomic_load_explicit(&b->key[i], memory_order_acquire) != key)
			continue;
		uint64_t value = atomic_load_explicit(&b->value[i], memory_order_acquire);
		if (atomic_load_explicit(&b->key[i], memory_order_relaxed) != key)
			return false;
		*ret = station_unpack(value);
		return true;
	}
	return false;
}

static inline bool
station_find(struct station_table *t, uint64_t key, struct station *ret) {
	uint64_t hash = hash_8(key, t->seed);

	if (station_find_in(&t->bucket[(uint32_t)hash & t->mask], key, ret))
		return true;
	return station_find_in(&t->bucket[(uint32_t)(hash >> 32) & t->mask], key, ret);
}

void station_store(struct station_table *t, uint64_t key, struct station s);
// Forgets stations silent for more than `age` ticks, in buckets [from, from + n); returns where
// the next call goes on.
uint32_t
station_age(struct station_table *t, uint32_t from, uint32_t n, uint32_t now, uint32_t age);
// Forgets what lives behind a port, after its link went down.
void station_forget_port(struct station_table *t, uint8_t port);
