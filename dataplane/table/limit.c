// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/limit.h"

#include <string.h>

#define PROBES 16u

void
limit_set_add(struct limit_set *s, uint32_t rule, unsigned int end) {
	for (uint32_t i = 0; i < s->n; i++)
		if (s->item[i] == (rule << 1 | end))
			return;
	if (s->n < LIMIT_ITEMS)
		s->item[s->n++] = rule << 1 | end;
}

unsigned int
limit_set_number(struct limit_sets *t, uint32_t epoch) {
	const struct limit_set *wanted = &t->wanted;
	size_t size = wanted->n * sizeof wanted->item[0];

	if (wanted->n == 0)
		return 0;
	if (t->epoch != epoch) {
		t->epoch = epoch;
		t->n = 0;
	}
	for (uint32_t i = 0; i < t->n; i++)
		if (t->set[i].n == wanted->n && memcmp(t->set[i].item, wanted->item, size) == 0)
			return i + 1;
	if (t->n == LIMIT_SETS)
		return LIMIT_ASK;
	t->set[t->n] = *wanted;
	return ++t->n;
}

static bool
is_full(const struct bucket *b, ns_t now) {
	return atomic_load_explicit(&b->paid_at, memory_order_relaxed) <= now;
}

// Nobody would notice if it were new.
static bool
is_idle(const struct limit_taken *b, ns_t now) {
	return is_full(&b->up, now) && is_full(&b->down, now) && is_full(&b->flows, now);
}

struct limit_taken *
limit_bucket_of(struct limit_buckets *t, uint16_t slot, uint64_t rule, ns_t now) {
	uint64_t key = (rule ^ (uint64_t)slot << 48) * 0x9e3779b97f4a7c15 | 1;
	uint32_t at = (uint32_t)(key >> 40);
	struct limit_bucket *spare = NULL;

	for (uint32_t i = 0; i < PROBES; i++) {
		struct limit_bucket *b = &t->bucket[(at + i) % LIMIT_BUCKETS];
		uint64_t there = atomic_load_explicit(&b->key, memory_order_relaxed);
		if (there == key)
			return &b->taken;
		if (!spare && (there == 0 || is_idle(&b->taken, now)))
			spare = b;
	}
	if (!spare)
		return &t->bucket[at % LIMIT_BUCKETS].taken;
	atomic_store_explicit(&spare->key, key, memory_order_relaxed);
	return &spare->taken;
}
