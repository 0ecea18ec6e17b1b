// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/device.h"

#include "dataplane/table/memory.h"
#include "dataplane/table/slot.h"

#include <emmintrin.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define GENS 65536u
#define RESERVE_SHIFT 3 // an eighth

struct device_table *
device_table_new(uint32_t devices, const uint64_t seed[HASH_SEED_WORDS]) {
	struct device_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->capacity = devices < SLOT_FIRST + 8 ? SLOT_FIRST + 8 : devices;
	if (t->capacity > SLOTS_MAX)
		t->capacity = SLOTS_MAX;
	uint32_t chains = 64;
	while (chains < t->capacity)
		chains *= 2;
	t->mask = chains - 1;
	atomic_init(&t->used, SLOT_FIRST);
	atomic_flag_clear(&t->lock);
	memcpy(t->seed, seed, sizeof t->seed);
	t->slot = table_alloc(t->capacity * sizeof *t->slot);
	t->head = table_alloc(chains * sizeof *t->head);
	t->judge_gen = table_alloc(GENS * sizeof *t->judge_gen);
	t->name = table_alloc(t->capacity * sizeof *t->name);
	if (t->slot && t->head && t->judge_gen && t->name)
		return t;
	device_table_free(t);
	errno = ENOMEM;
	return NULL;
}

void
device_table_free(struct device_table *t) {
	if (!t)
		return;
	table_free(t->slot, t->capacity * sizeof *t->slot);
	table_free((void *)(uintptr_t)t->head, (t->mask + 1) * sizeof *t->head);
	table_free((void *)(uintptr_t)t->judge_gen, GENS * sizeof *t->judge_gen);
	table_free(t->name, t->capacity * sizeof *t->name);
	free(t);
}

static void
lock(struct device_table *t) {
	while (atomic_flag_test_and_set_explicit(&t->lock, memory_order_acquire))
		_mm_pause();
}

static void
unlock(struct device_table *t) {
	atomic_flag_clear_explicit(&t->lock, memory_order_release);
}

static uint32_t
chain_of(const struct device_table *t, const uint8_t mac[6]) {
	uint64_t word = 0;

	memcpy(&word, mac, 6);
	return (uint32_t)hash_8(word, t->seed) & t->mask;
}

uint16_t
device_find(const struct device_table *t, const uint8_t mac[6]) {
	uint32_t slot = atomic_load_explicit(&t->head[chain_of(t, mac)], memory_order_acquire);

	while (slot != 0 && memcmp(t->slot[slot].mac, mac, 6) != 0)
		slot = atomic_load_explicit(&t->slot[slot].next, memory_order_acquire);
	return (uint16_t)slot;
}

static uint16_t
create_locked(struct device_table *t, const uint8_t mac[6], uint8_t side, bool named, bool *ret) {
	uint16_t slot = device_find(t, mac);
	uint32_t used = atomic_load_explicit(&t->used, memory_order_relaxed);
	uint32_t limit = named ? t->capacity : t->capacity - (t->capacity >> RESERVE_SHIFT);

	if (slot != SLOT_NONE)
		return slot;
	if (used >= limit)
		return SLOT_OTHER;
	struct device *d = &t->slot[used];
	_Atomic uint32_t *head = &t->head[chain_of(t, mac)];
	memcpy(d->mac, mac, 6);
	atomic_store_explicit(&d->side, side, memory_order_relaxed);
	atomic_store_explicit(
		&d->next, atomic_load_explicit(head, memory_order_relaxed), memory_order_relaxed
	);
	atomic_store_explicit(head, used, memory_order_release);
	atomic_store_explicit(&t->used, used + 1, memory_order_release);
	*ret = true;
	return (uint16_t)used;
}

uint16_t
device_create(
	struct device_table *t,
	const uint8_t mac[6],
	uint8_t side,
	bool named,
	bool *ret_new
) {
	*ret_new = false;
	lock(t);
	uint16_t slot = create_locked(t, mac, side, named, ret_new);
	unlock(t);
	return slot;
}

bool
device_saw(struct device_table *t, uint16_t slot, uint8_t side, uint64_t now_ns) {
	struct device *d = &t->slot[slot];

	if (atomic_load_explicit(&d->side, memory_order_relaxed) != side) {
		atomic_store_explicit(&d->side, side, memory_order_relaxed);
		atomic_fetch_add_explicit(&t->judge_gen[slot], 1, memory_order_release);
	}
	if (atomic_load_explicit(&d->seen, memory_order_relaxed))
		return false;
	lock(t);
	bool first = !atomic_load_explicit(&d->seen, memory_order_relaxed);
	if (first) {
		atomic_store_explicit(&d->first_seen_ns, now_ns, memory_order_relaxed);
		atomic_store_explicit(&d->seen, true, memory_order_release);
	}
	unlock(t);
	return first;
}

bool
device_set_name(
	struct device_table *t,
	uint16_t slot,
	uint8_t source,
	const char *text,
	uint32_t length,
	uint64_t now_ns
) {
	struct device_name *free_one = NULL;
	struct device_name *n = NULL;
	bool changed = false;

	if (length == 0 || length >= DEVICE_NAME_MAX || slot >= t->capacity)
		return false;
	lock(t);
	for (int i = 0; i < DEVICE_NAMES && !n; i++) {
		struct device_name *d = &t->name[slot][i];
		if (d->length != 0 && d->source == source)
			n = d;
		else if (d->length == 0 && !free_one)
			free_one = d;
	}
	n = n ? n : free_one;
	if (n) {
		changed = n->length != length || memcmp(n->text, text, length) != 0;
		n->source = source;
		n->length = (uint8_t)length;
		memcpy(n->text, text, length);
		n->text[length] = '\0';
		n->seen_ns = now_ns;
	}
	unlock(t);
	return changed;
}

bool
device_has_name(
	struct device_table *t,
	uint16_t slot,
	uint8_t source,
	const char *text,
	uint32_t length
) {
	bool found = false;

	lock(t);
	for (int i = 0; i < DEVICE_NAMES && !found; i++) {
		const struct device_name *n = &t->name[slot][i];
		found = n->length != 0 && n->source == source && n->length == length
			&& memcmp(n->text, text, length) == 0;
	}
	unlock(t);
	return found;
}

bool
device_get_name(struct device_table *t, uint16_t slot, unsigned int i, struct device_name *ret) {
	lock(t);
	*ret = t->name[slot][i];
	unlock(t);
	return ret->length != 0;
}
