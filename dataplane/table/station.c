// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/station.h"

#include "dataplane/table/memory.h"

#include <emmintrin.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct station_table *
station_table_new(uint32_t stations, const uint64_t seed[HASH_SEED_WORDS]) {
	struct station_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	uint32_t buckets = 16;
	while (buckets * STATION_WAYS < stations && buckets < 1u << 22)
		buckets *= 2;
	t->mask = buckets - 1;
	memcpy(t->seed, seed, sizeof t->seed);
	atomic_flag_clear(&t->lock);
	t->bucket = table_alloc(buckets * sizeof *t->bucket);
	if (t->bucket)
		return t;
	free(t);
	errno = ENOMEM;
	return NULL;
}

void
station_table_free(struct station_table *t) {
	if (!t)
		return;
	table_free(t->bucket, (t->mask + 1) * sizeof *t->bucket);
	free(t);
}

static void
lock(struct station_table *t) {
	while (atomic_flag_test_and_set_explicit(&t->lock, memory_order_acquire))
		_mm_pause();
}

static void
unlock(struct station_table *t) {
	atomic_flag_clear_explicit(&t->lock, memory_order_release);
}

static uint64_t
pack(struct station s) {
	return (uint64_t)s.seen << 32 | (uint64_t)s.slot << 16 | s.port;
}

struct place {
	struct station_bucket *bucket;
	int way;
};

// The key's own place, else an empty one of the emptier line, else the oldest of the eight.
static struct place
place_of(struct station_table *t, uint64_t key, uint32_t now) {
	uint64_t hash = hash_8(key, t->seed);
	struct station_bucket *b[2] = {
		&t->bucket[(uint32_t)hash & t->mask],
		&t->bucket[(uint32_t)(hash >> 32) & t->mask],
	};
	struct place oldest = {b[0], 0};
	struct place empty[2] = {0};
	int room[2] = {0};
	uint32_t age = 0;

	for (int k = 0; k < 2 * STATION_WAYS; k++) {
		struct place p = {b[k / STATION_WAYS], k % STATION_WAYS};
		uint64_t there = atomic_load_explicit(&p.bucket->key[p.way], memory_order_relaxed);
		if (there == key)
			return p;
		if (there == 0) {
			if (room[k / STATION_WAYS]++ == 0) // the first, which a reader meets first
				empty[k / STATION_WAYS] = p;
			continue;
		}
		uint64_t v = atomic_load_explicit(&p.bucket->value[p.way], memory_order_relaxed);
		uint32_t its = now - station_unpack(v).seen;
		if (its > age && (int32_t)its > 0) {
			age = its;
			oldest = p;
		}
	}
	if (room[0] + room[1] == 0)
		return oldest;
	return room[0] >= room[1] ? empty[0] : empty[1];
}

void
station_store(struct station_table *t, uint64_t key, struct station s) {
	lock(t);
	struct place p = place_of(t, key, s.seen);
	if (atomic_load_explicit(&p.bucket->key[p.way], memory_order_relaxed) != key)
		atomic_store_explicit(&p.bucket->key[p.way], 0, memory_order_release);
	atomic_store_explicit(&p.bucket->value[p.way], pack(s), memory_order_release);
	atomic_store_explicit(&p.bucket->key[p.way], key, memory_order_release);
	unlock(t);
}

uint32_t
station_age(struct station_table *t, uint32_t from, uint32_t n, uint32_t now, uint32_t age) {
	lock(t);
	for (uint32_t i = 0; i < n; i++) {
		struct station_bucket *b = &t->bucket[(from + i) & t->mask];
		for (int way = 0; way < STATION_WAYS; way++) {
			uint64_t v = atomic_load_explicit(&b->value[way], memory_order_relaxed);
			int32_t silent = (int32_t)(now - station_unpack(v).seen);
			if (atomic_load_explicit(&b->key[way], memory_order_relaxed) != 0
			    && silent > (int32_t)age)
				atomic_store_explicit(&b->key[way], 0, memory_order_release);
		}
	}
	unlock(t);
	return (from + n) & t->mask;
}

void
station_forget_port(struct station_table *t, uint8_t port) {
	lock(t);
	for (uint32_t i = 0; i <= t->mask; i++)
		for (int way = 0; way < STATION_WAYS; way++) {
			struct station_bucket *b = &t->bucket[i];
			uint64_t v = atomic_load_explicit(&b->value[way], memory_order_relaxed);
			if (station_unpack(v).port == port)
				atomic_store_explicit(&b->key[way], 0, memory_order_release);
		}
	unlock(t);
}
