// SPDX-License-Identifier: BSD-3-Clause
// Two-choice buckets: an entry lives in its first bucket while there is room, else in the second,
// which the tag alone tells.  `away` lets a look-up that misses skip the second bucket, so that an
// unknown key costs one line, too.  With eight of ten slots used on average both buckets are full
// for about one key in a million; then one neighbour is moved to its other bucket.

#include "dataplane/table/flow.h"

#include "dataplane/table/memory.h"
#include "dataplane/table/slot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FLOWS_MIN 64u
#define FLOWS_MAX (1u << 28)
#define EVICT_LOOKS 32

struct flow_table *
flow_table_new(uint32_t flows, const uint64_t seed[HASH_SEED_WORDS]) {
	struct flow_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->capacity = FLOWS_MIN;
	while (t->capacity < flows && t->capacity < FLOWS_MAX)
		t->capacity *= 2;
	uint32_t buckets = t->capacity / FLOW_BUCKET_LOAD;
	t->mask = buckets - 1;
	t->free = FLOW_NO_INDEX;
	t->queue_head = FLOW_NO_INDEX;
	t->queue_tail = FLOW_NO_INDEX;
	memcpy(t->seed, seed, sizeof t->seed);
	t->bucket = table_alloc(buckets * sizeof *t->bucket);
	t->flow = table_alloc(t->capacity * sizeof *t->flow);
	t->count = table_alloc(t->capacity * sizeof *t->count);
	t->cold = table_alloc(t->capacity * sizeof *t->cold);
	if (t->bucket && t->flow && t->count && t->cold)
		return t;
	flow_table_free(t);
	errno = ENOMEM;
	return NULL;
}

void
flow_table_free(struct flow_table *t) {
	if (!t)
		return;
	table_free(t->bucket, (t->mask + 1) * sizeof *t->bucket);
	table_free(t->flow, t->capacity * sizeof *t->flow);
	table_free(t->count, t->capacity * sizeof *t->count);
	table_free(t->cold, t->capacity * sizeof *t->cold);
	free(t);
}

static struct flow_bucket *
other_bucket(const struct flow_table *t, const struct flow_bucket *b, uint16_t tag) {
	uint32_t step = (tag * 0x9e3779b1u) >> 7 | 1; // odd, so never the same bucket
	return &t->bucket[((uint32_t)(b - t->bucket) ^ step) & t->mask];
}

struct flow *
flow_find_away(const struct flow_table *t, uint64_t hash, const struct flow_key *key) {
	uint16_t tag = flow_tag(hash);
	return flow_find_in(t, other_bucket(t, flow_bucket(t, hash), tag), tag, key);
}

static int
empty_slot(const struct flow_bucket *b) {
	uint32_t match = flow_bucket_match(b, 0);
	return match ? __builtin_ctz(match) / 2 : -1;
}

static void
put(struct flow_bucket *b, int slot, uint16_t tag, uint32_t index, bool guest) {
	b->tag[slot] = tag;
	b->index[slot] = index;
	b->guest = (uint16_t)((b->guest & ~(1u << slot)) | (unsigned int)guest << slot);
}

// Moves one entry of a full bucket to its other bucket; returns the slot that became free, or -1.
static int
make_room(const struct flow_table *t, struct flow_bucket *b) {
	for (int i = 0; i < FLOW_BUCKET_SLOTS; i++) {
		struct flow_bucket *other = other_bucket(t, b, b->tag[i]);
		int slot = empty_slot(other);
		if (slot < 0)
			continue;
		bool guest = b->guest >> i & 1;
		put(other, slot, b->tag[i], b->index[i], !guest);
		if (guest)
			other->away--;
		else
			b->away++;
		b->tag[i] = 0;
		return i;
	}
	return -1;
}

static bool
bucket_add(struct flow_table *t, uint64_t hash, uint32_t index) {
	struct flow_bucket *first = flow_bucket(t, hash);
	uint16_t tag = flow_tag(hash);
	int slot = empty_slot(first);

	if (slot >= 0) {
		put(first, slot, tag, index, false);
		return true;
	}
	struct flow_bucket *second = other_bucket(t, first, tag);
	slot = empty_slot(second);
	if (slot >= 0) {
		put(second, slot, tag, index, true);
		first->away++;
		return true;
	}
	slot = make_room(t, first);
	if (slot >= 0) {
		put(first, slot, tag, index, false);
		return true;
	}
	slot = make_room(t, second);
	if (slot < 0)
		return false;
	put(second, slot, tag, index, true);
	first->away++;
	return true;
}

static bool
bucket_take(struct flow_bucket *b, uint16_t tag, uint32_t index) {
	for (uint32_t match = flow_bucket_match(b, tag); match;
	     match &= match - 1, match &= match - 1) {
		int i = __builtin_ctz(match) / 2;
		if (b->index[i] != index)
			continue;
		b->tag[i] = 0;
		return true;
	}
	return false;
}

static inline void
enqueue(struct flow_table *t, struct flow *f, uint32_t index) {
	if (f->queued)
		return;
	f->queued = 1;
	t->cold[index].next = FLOW_NO_INDEX;
	if (t->queue_tail == FLOW_NO_INDEX)
		t->queue_head = index;
	else
		t->cold[t->queue_tail].next = index;
	t->queue_tail = index;
}

void
flow_queue(struct flow_table *t, struct flow *f) {
	enqueue(t, f, flow_index(t, f));
}

static bool
may_give_way(const struct flow *f) {
	switch (f->state) {
	case FLOW_UNANSWERED:
	case FLOW_TCP_SYN:
	case FLOW_TCP_SYNACK:
	case FLOW_TCP_MID:
	case FLOW_TCP_CLOSED:
		return f->key.family != 0;
	default:
		return false;
	}
}

static struct flow *
queue_pop(struct flow_table *t) {
	struct flow *f = &t->flow[t->queue_head];

	t->queue_head = t->cold[t->queue_head].next;
	if (t->queue_head == FLOW_NO_INDEX)
		t->queue_tail = FLOW_NO_INDEX;
	f->queued = 0;
	return f;
}

// While the table is full of strangers each new flow evicts one: the bucket of the next, and the
// lines of the one after it, are asked for while there is other work.
static void
prefetch_head(const struct flow_table *t) {
	if (t->queue_head == FLOW_NO_INDEX)
		return;
	flow_prefetch_bucket(t, flow_hash(t, &t->flow[t->queue_head].key));
	uint32_t after = t->cold[t->queue_head].next;
	if (after == FLOW_NO_INDEX)
		return;
	rte_prefetch0(&t->flow[after]);
	rte_prefetch0(&t->count[after]);
	rte_prefetch0(&t->cold[after]);
}

// The queue is in order of creation.  Who was answered meanwhile only leaves it, and a freed entry
// keeps its place until it comes up, so that nothing needs to be unlinked from its middle.
struct flow *
flow_oldest_idle(struct flow_table *t) {
	for (int looks = 0; looks < EVICT_LOOKS && t->queue_head != FLOW_NO_INDEX; looks++) {
		struct flow *f = queue_pop(t);
		if (!may_give_way(f))
			continue;
		prefetch_head(t);
		return f;
	}
	return NULL;
}

void
flow_queue_trim(struct flow_table *t, unsigned int looks) {
	for (; looks > 0 && t->queue_head != FLOW_NO_INDEX; looks--) {
		if (may_give_way(&t->flow[t->queue_head]))
			return;
		queue_pop(t);
	}
}

static inline void
restart(struct flow_table *t, struct flow *f, uint32_t index) {
	struct flow_cold *cold = &t->cold[index];

	f->last_seen_us = 0;
	f->reason = 0;
	f->state = FLOW_UNANSWERED;
	f->initiator = 0;
	f->judged = 0;
	f->cached = 0;
	f->stamp = 0;
	f->slot[0] = SLOT_UNKNOWN;
	f->slot[1] = SLOT_UNKNOWN;
	t->count[index] = (struct flow_count){0};
	cold->first_seen_ns = 0;
	cold->chain = 0;
	cold->icmp_type = 0;
	cold->icmp_code = 0;
	cold->icmp = 0;
	cold->reversed = FLOW_BEGAN_INITIATOR;
	cold->by = 0;
	cold->admitted = FLOW_NOT_ASKED;
	cold->limits = 0;
	cold->serial++;
	enqueue(t, f, index);
}

void
flow_restart(struct flow_table *t, struct flow *f) {
	restart(t, f, flow_index(t, f));
}

struct flow *
flow_insert(struct flow_table *t, uint64_t hash, const struct flow_key *key) {
	uint32_t index = t->free != FLOW_NO_INDEX ? t->free : t->high;

	if (index >= t->capacity || !bucket_add(t, hash, index))
		return NULL;
	struct flow *f = &t->flow[index];
	if (t->free != FLOW_NO_INDEX)
		t->free = f->stamp;
	else
		t->high++;
	f->key = *key;
	restart(t, f, index);
	__atomic_store_n(&t->used, t->used + 1, __ATOMIC_RELAXED);
	return f;
}

void
flow_remove(struct flow_table *t, struct flow *f) {
	uint64_t hash = flow_hash(t, &f->key);
	uint32_t index = flow_index(t, f);
	uint16_t tag = flow_tag(hash);
	struct flow_bucket *first = flow_bucket(t, hash);

	if (!bucket_take(first, tag, index)) {
		bucket_take(other_bucket(t, first, tag), tag, index);
		first->away--;
	}
	f->key = (struct flow_key){0};
	f->stamp = t->free;
	t->free = index;
	__atomic_store_n(&t->used, t->used - 1, __ATOMIC_RELAXED);
}
