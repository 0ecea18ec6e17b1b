// SPDX-License-Identifier: BSD-3-Clause
// Rows lie in the order in which they came, so that memory is touched only as facts are; places
// find them by key.  Nothing is removed: a device is known for the life of the process.

#include "dataplane/table/fact.h"

#include "dataplane/table/bucket.h"
#include "dataplane/table/memory.h"
#include "platform/siphash.h"
#include "platform/wire_types.h"

#include <emmintrin.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CHANGE_COST NS_PER_S
#define CHANGE_BURST (64 * NS_PER_S)

struct fact_table {
	struct fact_row *row;
	uint32_t *place; // row number + 1, open addressing, at most half full
	uint8_t *count; // by slot
	struct bucket *change; // by slot
	uint32_t mask;
	uint32_t used;
	uint32_t capacity;
	uint32_t devices;
	atomic_flag lock;
	uint64_t seed[HASH_SEED_WORDS];
};

struct fact_table *
fact_table_new(uint32_t facts, uint32_t devices, const uint64_t seed[HASH_SEED_WORDS]) {
	struct fact_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	uint32_t places = 128;
	while (places < facts * 2 && places < 1u << 24)
		places *= 2;
	t->mask = places - 1;
	t->capacity = places / 2;
	t->devices = devices;
	memcpy(t->seed, seed, sizeof t->seed);
	atomic_flag_clear(&t->lock);
	t->row = table_alloc(t->capacity * sizeof *t->row);
	t->place = table_alloc(places * sizeof *t->place);
	t->count = table_alloc(devices);
	t->change = table_alloc(devices * sizeof *t->change);
	if (t->row && t->place && t->count && t->change)
		return t;
	fact_table_free(t);
	errno = ENOMEM;
	return NULL;
}

void
fact_table_free(struct fact_table *t) {
	if (!t)
		return;
	table_free(t->row, t->capacity * sizeof *t->row);
	table_free(t->place, (t->mask + 1) * sizeof *t->place);
	table_free(t->count, t->devices);
	table_free(t->change, t->devices * sizeof *t->change);
	free(t);
}

static void
lock(struct fact_table *t) {
	while (atomic_flag_test_and_set_explicit(&t->lock, memory_order_acquire))
		_mm_pause();
}

static void
unlock(struct fact_table *t) {
	atomic_flag_clear_explicit(&t->lock, memory_order_release);
}

uint64_t
fact_key(
	const struct fact_table *t,
	uint16_t slot,
	uint8_t kind,
	uint8_t source,
	const char *text,
	size_t length
) {
	uint8_t bytes[4 + FACT_TEXT_MAX] = {(uint8_t)slot, (uint8_t)(slot >> 8), kind, source};
	size_t n = fact_kind_is_many(kind) ? MIN_OF(length, (size_t)FACT_TEXT_MAX - 1) : 0;

	memcpy(bytes + 4, text, n);
	return siphash24(t->seed, bytes, 4 + n);
}

bool
fact_may_change(struct fact_table *t, uint16_t slot, uint64_t now_ns) {
	return slot < t->devices
		&& bucket_take(&t->change[slot], now_ns, CHANGE_COST, CHANGE_BURST);
}

static bool
is_it(const struct fact_row *r, uint64_t key, uint16_t slot, uint8_t kind, uint8_t source) {
	return r->key == key && r->slot == slot && r->kind == kind && r->source == source;
}

static void
write_text(struct fact_row *r, const char *text, size_t length) {
	memcpy(r->text, text, length);
	r->text[length] = '\0';
	r->length = (uint16_t)length;
}

static int
change_locked(struct fact_table *t, struct fact_row *r, const char *text, size_t n, uint64_t now) {
	if (r->length == n && memcmp(r->text, text, n) == 0) {
		r->seen_ns = now;
		return 0;
	}
	if (!fact_may_change(t, r->slot, now))
		return -ENOSPC;
	r->seen_ns = now;
	write_text(r, text, n);
	return 1;
}

static bool
has_room(const struct fact_table *t, uint16_t slot) {
	return t->used < t->capacity && t->count[slot] < FACTS_PER_DEVICE;
}

int
fact_add(
	struct fact_table *t,
	uint64_t key,
	uint16_t slot,
	uint8_t kind,
	uint8_t source,
	const char *text,
	size_t length,
	uint64_t now_ns
) {
	size_t n = MIN_OF(length, (size_t)FACT_TEXT_MAX - 1);
	int result = -ENOSPC;

	if (n == 0 || slot >= t->devices || kind >= FACT_KIND_COUNT)
		return -EINVAL;
	lock(t);
	uint32_t at = (uint32_t)key & t->mask;
	while (t->place[at] && !is_it(&t->row[t->place[at] - 1], key, slot, kind, source))
		at = (at + 1) & t->mask;
	if (t->place[at]) {
		result = change_locked(t, &t->row[t->place[at] - 1], text, n, now_ns);
	} else if (has_room(t, slot) && fact_may_change(t, slot, now_ns)) {
		struct fact_row *r = &t->row[t->used];
		*r = (struct fact_row){.key = key, .seen_ns = now_ns, .slot = slot};
		r->kind = kind;
		r->source = source;
		write_text(r, text, n);
		t->count[slot]++;
		t->place[at] = ++t->used;
		result = 1;
	}
	unlock(t);
	return result;
}

uint32_t
fact_rows(struct fact_table *t) {
	lock(t);
	uint32_t n = t->used;
	unlock(t);
	return n;
}

void
fact_get(struct fact_table *t, uint32_t i, struct fact_row *ret) {
	lock(t);
	*ret = t->row[i];
	unlock(t);
}
