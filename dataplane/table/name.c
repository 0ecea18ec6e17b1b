// SPDX-License-Identifier: BSD-3-Clause
// A bucket is guarded by a sequence number that is odd while a writer is in it.  The ring of
// chains needs none: its head moves on before bytes are overwritten, so a reader that copied a
// chain and then finds the head less than one ring ahead has copied what was meant.

#include "dataplane/table/name.h"

#include "dataplane/table/memory.h"

#include <emmintrin.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 8
#define UNIT 16u
#define RING_PER_NAME 64u // bytes of chain an entry may count on
#define NS_A_SECOND 1000000000ull

struct name_bucket {
	struct name_entry entry[WAYS];
};

struct chain_head {
	uint16_t length;
	uint16_t names;
	uint32_t position; // its own, so that a stale position is noticed
	uint32_t dies; // second
	uint32_t pad;
};

struct name_table *
name_table_new(uint32_t names, const uint64_t seed[HASH_SEED_WORDS]) {
	struct name_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	uint32_t buckets = 16;
	while (buckets * WAYS < names && buckets < 1u << 20)
		buckets *= 2;
	t->mask = buckets - 1;
	t->units = buckets * WAYS * (RING_PER_NAME / UNIT);
	memcpy(t->seed, seed, sizeof t->seed);
	atomic_flag_clear(&t->lock);
	atomic_init(&t->head, 1);
	t->bucket = table_alloc(buckets * sizeof *t->bucket);
	t->sequence = table_alloc(buckets * sizeof *t->sequence);
	t->ring = table_alloc((size_t)t->units * UNIT);
	if (t->bucket && t->sequence && t->ring)
		return t;
	name_table_free(t);
	errno = ENOMEM;
	return NULL;
}

void
name_table_free(struct name_table *t) {
	if (!t)
		return;
	table_free(t->bucket, (t->mask + 1) * sizeof *t->bucket);
	table_free((void *)(uintptr_t)t->sequence, (t->mask + 1) * sizeof *t->sequence);
	table_free(t->ring, (size_t)t->units * UNIT);
	free(t);
}

static void
lock(struct name_table *t) {
	while (atomic_flag_test_and_set_explicit(&t->lock, memory_order_acquire))
		_mm_pause();
}

static void
unlock(struct name_table *t) {
	atomic_flag_clear_explicit(&t->lock, memory_order_release);
}

static uint32_t
bucket_of(const struct name_table *t, uint16_t slot, uint8_t family, const uint8_t address[16]) {
	uint8_t key[48] = {family, 0, (uint8_t)slot, (uint8_t)(slot >> 8)};

	memcpy(key + 8, address, 16);
	return (uint32_t)hash_48(key, t->seed) & t->mask;
}

static struct name_entry *
find_in(struct name_bucket *b, uint16_t slot, uint8_t family, const uint8_t address[16]) {
	for (int i = 0; i < WAYS; i++) {
		struct name_entry *e = &b->entry[i];
		if (e->slot == slot && e->family == family && memcmp(e->address, address, 16) == 0)
			return e;
	}
	return NULL;
}

bool
name_find(
	const struct name_table *t,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	struct name_entry *ret
) {
	uint32_t i = bucket_of(t, slot, family, address);
	for (;;) {
		unsigned int before = atomic_load_explicit(&t->sequence[i], memory_order_acquire);
		if (before & 1) {
			_mm_pause();
			continue;
		}
		const struct name_entry *e = find_in(&t->bucket[i], slot, family, address);
		bool found = e != NULL;
		if (found)
			*ret = *e;
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&t->sequence[i], memory_order_relaxed) == before)
			return found;
	}
}

static uint32_t
units_of(uint32_t length) {
	return (uint32_t)((sizeof(struct chain_head) + length + UNIT - 1) / UNIT);
}

// How far the head has gone beyond `position`; more than the ring means it is lost.
static bool
kept(const struct name_table *t, uint32_t position, uint32_t units) {
	return atomic_load_explicit(&t->head, memory_order_relaxed) - position <= units;
}

bool
name_chain(const struct name_table *t, uint32_t position, struct name_chain *ret) {
	struct chain_head h;

	if (position == 0 || !kept(t, position, t->units))
		return false;
	const uint8_t *at = t->ring + (size_t)(position & (t->units - 1)) * UNIT;
	memcpy(&h, at, sizeof h);
	if (h.position != position || h.length > NAME_CHAIN_MAX)
		return false;
	ret->length = h.length;
	ret->names = h.names;
	memcpy(ret->bytes, at + sizeof h, h.length);
	atomic_thread_fence(memory_order_acquire);
	return kept(t, position, t->units);
}

static uint32_t
dies(const struct name_entry *e) {
	uint32_t life = e->ttl > NAME_LIFE_MIN_S ? e->ttl : NAME_LIFE_MIN_S;
	uint64_t second = e->seen_ns / NS_A_SECOND + life;
	return second < UINT32_MAX ? (uint32_t)second : UINT32_MAX;
}

static uint32_t
chain_write(struct name_table *t, const struct name_chain *c, uint32_t dies_at) {
	uint32_t need = units_of(c->length);
	uint32_t at = atomic_load_explicit(&t->head, memory_order_relaxed);
	uint32_t room = t->units - (at & (t->units - 1));

	if (room < need)
		at += room;
	if (at == 0)
		at = t->units; // position 0 is none; the same place, one ring on
	atomic_store_explicit(&t->head, at + need, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst); // the head moves before the bytes do
	uint8_t *to = t->ring + (size_t)(at & (t->units - 1)) * UNIT;
	struct chain_head h = {c->length, c->names, at, dies_at, 0};
	memcpy(to, &h, sizeof h);
	memcpy(to + sizeof h, c->bytes, c->length);
	return at;
}

// The position of `c`, when `position` holds just these names and is not about to be lost.
static bool
chain_same(const struct name_table *t, uint32_t position, const struct name_chain *c) {
	struct name_chain old;

	return name_chain(t, position, &old) && old.length == c->length && old.names == c->names
		&& memcmp(old.bytes, c->bytes, c->length) == 0;
}

static void
entry_write(struct name_table *t, uint32_t bucket, struct name_entry *to, struct name_entry e) {
	unsigned int s = atomic_load_explicit(&t->sequence[bucket], memory_order_relaxed);

	atomic_store_explicit(&t->sequence[bucket], s + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	*to = e;
	atomic_store_explicit(&t->sequence[bucket], s + 2, memory_order_release);
}

static bool
lives(const struct name_table *t, uint32_t position, uint64_t now_ns, struct name_chain *ret) {
	struct chain_head h;

	if (!name_chain(t, position, ret))
		return false;
	memcpy(&h, t->ring + (size_t)(position & (t->units - 1)) * UNIT, sizeof h);
	return h.dies > now_ns / NS_A_SECOND && kept(t, position, t->units);
}

bool
name_other(
	const struct name_table *t,
	const struct name_entry *e,
	uint64_t now_ns,
	struct name_chain *ret
) {
	return e->other != 0 && lives(t, e->other, now_ns, ret);
}

// The position of these names: where they are already, if they stay there for a while.
static uint32_t
chain_place(
	struct name_table *t,
	const struct name_entry *e,
	uint32_t position,
	const struct name_chain *chain
) {
	if (!kept(t, position, t->units / 2) || !chain_same(t, position, chain))
		return chain_write(t, chain, dies(e));
	uint8_t *head = t->ring + (size_t)(position & (t->units - 1)) * UNIT;
	uint32_t second = dies(e);
	memcpy(head + offsetof(struct chain_head, dies), &second, sizeof second);
	return position;
}

// The entry's place: its own, a free one, or that of the oldest.
static struct name_entry *
place_of(struct name_table *t, struct name_bucket *b, struct name_entry *found) {
	struct name_entry *to = found ? found : &b->entry[0];

	if (found)
		return found;
	for (int k = 1; k < WAYS && to->family != 0; k++)
		if (b->entry[k].family == 0 || b->entry[k].seen_ns < to->seen_ns)
			to = &b->entry[k];
	if (to->family == 0)
		__atomic_store_n(&t->used, t->used + 1, __ATOMIC_RELAXED);
	return to;
}

// With the lock held.
static bool
learn(struct name_table *t,
      const struct name_entry *e,
      const struct name_chain *chain,
      struct name_entry *ret_old,
      uint32_t *ret_position) {
	struct name_entry fresh = *e;
	struct name_chain old;
	uint32_t i = bucket_of(t, e->slot, e->family, e->address);
	struct name_bucket *b = &t->bucket[i];
	struct name_entry *to = find_in(b, e->slot, e->family, e->address);

	*ret_old = to ? *to : (struct name_entry){0};
	bool same = to && chain_same(t, to->chain, chain);
	bool back = to && !same && to->other && chain_same(t, to->other, chain);
	fresh.chain = chain_place(t, e, back ? to->other : to ? to->chain : 0, chain);
	fresh.other = to && !back ? to->other : 0;
	if (to && !same && lives(t, to->chain, e->seen_ns, &old))
		fresh.other = to->chain;
	entry_write(t, i, place_of(t, b, to), fresh);
	*ret_position = fresh.chain;
	return !same;
}

bool
name_learn(
	struct name_table *t,
	struct name_entry *e,
	const struct name_chain *chain,
	struct name_entry *ret_old
) {
	uint32_t position;

	lock(t);
	bool other = learn(t, e, chain, ret_old, &position);
	unlock(t);
	e->chain = position;
	return other;
}

static bool
has_name(const struct name_table *t, uint32_t position, const struct name_chain *one) {
	struct name_chain c;

	if (!name_chain(t, position, &c))
		return false;
	for (size_t at = 0; at < c.length;) {
		size_t size = 1;
		while (at + size <= c.length && c.bytes[at + size - 1] != 0)
			size += (size_t)c.bytes[at + size - 1] + 1;
		if (size == one->length && at + size <= c.length
		    && memcmp(c.bytes + at, one->bytes, size) == 0)
			return true;
		at += size;
	}
	return false;
}

uint32_t
name_serve(struct name_table *t, struct name_entry *e, const struct name_chain *chain) {
	struct name_entry old;
	struct name_chain live;
	uint32_t position;

	lock(t);
	uint32_t i = bucket_of(t, e->slot, e->family, e->address);
	struct name_entry *to = find_in(&t->bucket[i], e->slot, e->family, e->address);
	if (to && has_name(t, to->chain, chain)) {
		position = to->chain;
	} else if (to && to->other && has_name(t, to->other, chain)) {
		position = to->other;
	} else if (to && !name_is_served(to) && lives(t, to->chain, e->seen_ns, &live)) {
		struct name_entry beside = *to;
		position = beside.other = e->chain = chain_write(t, chain, dies(e));
		entry_write(t, i, to, beside);
	} else {
		learn(t, e, chain, &old, &position);
		e->chain = position;
	}
	unlock(t);
	return position;
}

void
name_set_rows(struct name_table *t, const struct name_entry *e) {
	lock(t);
	uint32_t i = bucket_of(t, e->slot, e->family, e->address);
	struct name_entry *to = find_in(&t->bucket[i], e->slot, e->family, e->address);
	if (to && to->chain == e->chain)
		entry_write(t, i, to, *e);
	unlock(t);
}

uint32_t
name_places(const struct name_table *t) {
	return (t->mask + 1) * WAYS;
}

bool
name_get(const struct name_table *t, uint32_t i, struct name_entry *ret) {
	uint32_t bucket = i / WAYS;
	unsigned int before;

	do {
		before = atomic_load_explicit(&t->sequence[bucket], memory_order_acquire);
		*ret = t->bucket[bucket].entry[i % WAYS];
		atomic_thread_fence(memory_order_acquire);
	} while ((before & 1)
		 || atomic_load_explicit(&t->sequence[bucket], memory_order_relaxed) != before);
	return ret->family != 0;
}
