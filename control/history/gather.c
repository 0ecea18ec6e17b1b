// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/gather.h"

#include "platform/base.h"

#include <errno.h>
#include <stdlib.h>

#define CAPACITY_FIRST 1024

// Numbers of our own making: no keyed hash is needed.
static size_t
slot_of(const struct gather *g, uint64_t key) {
	return (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (g->capacity - 1);
}

static struct gathered *
find(struct gather *g, uint64_t key) {
	size_t i = slot_of(g, key);

	while (g->slots[i].key && g->slots[i].key != key)
		i = (i + 1) & (g->capacity - 1);
	return &g->slots[i];
}

static int
grow(struct gather *g) {
	struct gather more = {.capacity = g->capacity ? 2 * g->capacity : CAPACITY_FIRST};

	more.slots = calloc(more.capacity, sizeof *more.slots);
	if (!more.slots)
		return -ENOMEM;
	for (size_t i = 0; i < g->capacity; i++)
		if (g->slots[i].key)
			*find(&more, g->slots[i].key) = g->slots[i];
	more.count = g->count;
	free(g->slots);
	*g = more;
	return 0;
}

int
gather_add(struct gather *g, uint64_t key, const struct history_counts *c, uint64_t at_s) {
	if (2 * (g->count + 1) > g->capacity && grow(g) < 0)
		return -ENOMEM;
	struct gathered *s = find(g, key + 1);
	if (!s->key) {
		s->key = key + 1;
		g->count++;
	}
	counts_add(&s->counts, c);
	s->last_s = MAX_OF(s->last_s, at_s);
	return 0;
}

static int
by_bytes(const void *one, const void *other) {
	const struct gathered *x = one, *y = other;
	uint64_t a = x->counts.bytes_in + x->counts.bytes_out;
	uint64_t b = y->counts.bytes_in + y->counts.bytes_out;

	if (a != b)
		return a > b ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

void
gather_sort(struct gather *g) {
	size_t n = 0;

	for (size_t i = 0; i < g->capacity; i++)
		if (g->slots[i].key)
			g->slots[n++] = g->slots[i];
	if (n)
		qsort(g->slots, n, sizeof *g->slots, by_bytes);
}

void
gather_free(struct gather *g) {
	free(g->slots);
	*g = (struct gather){0};
}
