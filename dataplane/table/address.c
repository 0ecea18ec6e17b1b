// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/address.h"

#include "dataplane/table/memory.h"
#include "dataplane/table/slot.h"
#include "platform/wire_types.h"

#include <emmintrin.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct address_table {
	struct address *entry; // open addressing, at most half full
	uint16_t *count; // by slot
	uint32_t mask;
	uint32_t used;
	uint32_t capacity;
	uint32_t per_device;
	atomic_flag lock;
	uint64_t seed[HASH_SEED_WORDS];
};

struct address_table *
address_table_new(uint32_t addresses, uint32_t per_device, const uint64_t seed[HASH_SEED_WORDS]) {
	struct address_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	uint32_t places = 128;
	while (places < addresses * 2 && places < 1u << 28)
		places *= 2;
	t->mask = places - 1;
	t->capacity = places / 2;
	t->per_device = per_device;
	memcpy(t->seed, seed, sizeof t->seed);
	atomic_flag_clear(&t->lock);
	t->entry = table_alloc(places * sizeof *t->entry);
	t->count = table_alloc((SLOT_UNKNOWN + 1) * sizeof *t->count);
	if (t->entry && t->count)
		return t;
	address_table_free(t);
	errno = ENOMEM;
	return NULL;
}

void
address_table_free(struct address_table *t) {
	if (!t)
		return;
	table_free(t->entry, (t->mask + 1) * sizeof *t->entry);
	table_free(t->count, (SLOT_UNKNOWN + 1) * sizeof *t->count);
	free(t);
}

static void
lock(struct address_table *t) {
	while (atomic_flag_test_and_set_explicit(&t->lock, memory_order_acquire))
		_mm_pause();
}

static void
unlock(struct address_table *t) {
	atomic_flag_clear_explicit(&t->lock, memory_order_release);
}

uint64_t
address_hash(
	const struct address_table *t,
	uint16_t slot,
	uint8_t source,
	uint8_t family,
	const uint8_t address[16]
) {
	uint8_t key[48] = {family, source, (uint8_t)slot, (uint8_t)(slot >> 8)};

	memcpy(key + 8, address, 16);
	return hash_48(key, t->seed);
}

static bool
same(const struct address *a, const struct address *b) {
	return a->slot == b->slot && a->source == b->source && a->family == b->family
		&& memcmp(a->address, b->address, 16) == 0;
}

bool
address_add(struct address_table *t, uint64_t hash, const struct address *a) {
	bool added = false;

	lock(t);
	uint32_t i = (uint32_t)hash & t->mask;
	while (t->entry[i].family != 0 && !same(&t->entry[i], a))
		i = (i + 1) & t->mask;
	if (t->entry[i].family != 0) {
		t->entry[i].seen_ns = a->seen_ns;
	} else if (t->used < t->capacity && t->count[a->slot] < t->per_device) {
		t->entry[i] = *a;
		t->count[a->slot]++;
		t->used++;
		added = true;
	}
	unlock(t);
	return added;
}

bool
address_has(struct address_table *t, uint16_t slot, uint8_t family, const uint8_t address[16]) {
	static const uint8_t sources[] = {SOURCE_TRAFFIC, SOURCE_ARP, SOURCE_ND};
	struct address a = {.slot = slot, .family = family};
	bool found = false;

	memcpy(a.address, address, 16);
	lock(t);
	for (unsigned int k = 0; k < sizeof sources && !found; k++) {
		a.source = sources[k];
		uint64_t hash = address_hash(t, slot, a.source, family, address);
		uint32_t i = (uint32_t)hash & t->mask;
		while (t->entry[i].family != 0 && !same(&t->entry[i], &a))
			i = (i + 1) & t->mask;
		found = t->entry[i].family != 0;
	}
	unlock(t);
	return found;
}

uint32_t
address_places(const struct address_table *t) {
	return t->mask + 1;
}

bool
address_get(struct address_table *t, uint32_t i, struct address *ret) {
	lock(t);
	*ret = t->entry[i];
	unlock(t);
	return ret->family != 0;
}
