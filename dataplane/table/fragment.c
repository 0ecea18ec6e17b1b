// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/fragment.h"

#include "dataplane/table/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 4
#define LIFE_US 60000000ull

// Addresses in the sender's order.  IPv6 leaves the protocol out: it may differ between fragments.
struct fragment_key {
	uint8_t source[16];
	uint8_t target[16];
	uint32_t id;
	uint16_t vlan[2];
	uint16_t pppoe;
	uint16_t side;
	uint8_t protocol;
	uint8_t family;
	uint8_t tags;
	uint8_t used;
};

_Static_assert(sizeof(struct fragment_key) == 48, "hashed whole");

struct fragment {
	struct fragment_key key;
	struct flow_key first;
	uint64_t seen_us;
	bool swapped;
};

struct fragment_table {
	struct fragment *entry;
	uint32_t entries;
	uint32_t mask; // of bucket numbers
	uint64_t seed[HASH_SEED_WORDS];
};

struct fragment_table *
fragment_table_new(uint32_t datagrams, const uint64_t seed[HASH_SEED_WORDS]) {
	struct fragment_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->entries = WAYS;
	while (t->entries < datagrams && t->entries < 1u << 20)
		t->entries *= 2;
	t->mask = t->entries / WAYS - 1;
	memcpy(t->seed, seed, sizeof t->seed);
	t->entry = table_alloc(t->entries * sizeof *t->entry);
	if (t->entry)
		return t;
	free(t);
	errno = ENOMEM;
	return NULL;
}

void
fragment_table_free(struct fragment_table *t) {
	if (!t)
		return;
	table_free(t->entry, t->entries * sizeof *t->entry);
	free(t);
}

static struct fragment_key
key_of(const struct facts *f, uint32_t id) {
	unsigned int sender = f->flags & FACT_SWAPPED ? 1 : 0;
	struct fragment_key k = {
		.id = id,
		.vlan = {f->key.vlan[0], f->key.vlan[1]},
		.pppoe = f->key.pppoe,
		.side = f->key.side,
		.protocol = f->key.family == 4 ? f->key.protocol : 0,
		.family = f->key.family,
		.tags = f->key.tags,
		.used = (f->key.flags & KEY_PPPOE ? 2 : 0) | 1,
	};

	memcpy(k.source, f->key.address[sender], 16);
	memcpy(k.target, f->key.address[sender ^ 1], 16);
	return k;
}

static struct fragment *
bucket_of(struct fragment_table *t, const struct fragment_key *k) {
	return &t->entry[((uint32_t)hash_48(k, t->seed) & t->mask) * WAYS];
}

static struct fragment *
find(struct fragment *bucket, const struct fragment_key *k) {
	for (int i = 0; i < WAYS; i++)
		if (memcmp(&bucket[i].key, k, sizeof *k) == 0)
			return &bucket[i];
	return NULL;
}

void
fragment_store(struct fragment_table *t, const struct facts *f, uint32_t id, uint64_t now_us) {
	struct fragment_key k = key_of(f, id);
	struct fragment *bucket = bucket_of(t, &k);
	struct fragment *e = find(bucket, &k);

	if (!e) {
		e = bucket;
		for (int i = 1; i < WAYS; i++)
			if (bucket[i].seen_us < e->seen_us)
				e = &bucket[i];
	}
	e->key = k;
	e->first = f->key;
	e->seen_us = now_us;
	e->swapped = f->flags & FACT_SWAPPED;
}

bool
fragment_apply(struct fragment_table *t, struct facts *f, uint32_t id, uint64_t now_us) {
	struct fragment_key k = key_of(f, id);
	const struct fragment *e = find(bucket_of(t, &k), &k);

	if (!e || (now_us > e->seen_us && now_us - e->seen_us > LIFE_US))
		return false;
	f->key = e->first;
	f->flags = (uint16_t)((f->flags & ~FACT_SWAPPED) | (e->swapped ? FACT_SWAPPED : 0));
	return true;
}
