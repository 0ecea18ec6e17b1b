// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/query.h"

#include "dataplane/table/memory.h"
#include "dataplane/table/slot.h"
#include "platform/siphash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 4
#define LIFE_US 30000000ull // resolvers give up sooner

struct waiting {
	uint64_t hash; // 0: empty
	uint64_t asked_us : 48;
	uint64_t slot : 16;
};

struct question_table {
	struct waiting *entry;
	uint32_t entries;
	uint32_t mask;
	uint64_t seed[HASH_SEED_WORDS];
};

struct question_table *
question_table_new(uint32_t questions, const uint64_t seed[HASH_SEED_WORDS]) {
	struct question_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->entries = WAYS;
	while (t->entries < questions && t->entries < 1u << 20)
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
question_table_free(struct question_table *t) {
	if (!t)
		return;
	table_free(t->entry, t->entries * sizeof *t->entry);
	free(t);
}

static uint64_t
hash_of(const struct question_table *t, const struct question *q) {
	uint64_t head[3] = {
		hash_flow_key(q->flow, t->seed),
		(uint64_t)q->id << 32 | (uint64_t)q->type << 16 | q->class,
		q->client,
	};
	uint64_t key[2] = {siphash24(t->seed + 2, head, sizeof head), t->seed[1]};
	uint64_t hash = siphash24(key, q->name, q->name_length);
	return hash ? hash : 1;
}

void
question_ask(struct question_table *t, const struct question *q, uint16_t slot, uint64_t now_us) {
	uint64_t hash = hash_of(t, q);
	struct waiting *bucket = &t->entry[((uint32_t)hash & t->mask) * WAYS];
	struct waiting *to = bucket;

	for (int i = 0; i < WAYS; i++) {
		if (bucket[i].hash == hash) {
			to = &bucket[i];
			break;
		}
		if (bucket[i].hash == 0 || (to->hash != 0 && bucket[i].asked_us < to->asked_us))
			to = &bucket[i];
	}
	*to = (struct waiting){.hash = hash, .asked_us = now_us, .slot = slot};
}

uint16_t
question_answer(struct question_table *t, const struct question *q, uint64_t now_us) {
	uint64_t hash = hash_of(t, q);
	struct waiting *bucket = &t->entry[((uint32_t)hash & t->mask) * WAYS];

	for (int i = 0; i < WAYS; i++) {
		struct waiting *e = &bucket[i];
		if (e->hash != hash)
			continue;
		uint64_t now = now_us & ((1ull << 48) - 1);
		uint16_t slot = (uint16_t)e->slot;
		bool late = now > e->asked_us && now - e->asked_us > LIFE_US;
		*e = (struct waiting){0};
		return late ? SLOT_NONE : slot;
	}
	return SLOT_NONE;
}
