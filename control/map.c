// SPDX-License-Identifier: BSD-3-Clause

#include "control/map.h"

#include "platform/siphash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define CAPACITY_FIRST 64

void
map_init(struct map *m, map_key key) {
	*m = (struct map){.key = key};
	if (getrandom(m->secret, sizeof m->secret, 0) != sizeof m->secret)
		abort();
}

void
map_fini(struct map *m) {
	free(m->slots);
	m->slots = NULL;
	m->capacity = m->count = 0;
}

static size_t
home_of(const struct map *m, const void *key, size_t length) {
	return siphash24(m->secret, key, length) & (m->capacity - 1);
}

static size_t
home_of_item(const struct map *m, const void *item) {
	size_t length;
	const void *key = m->key(item, &length);

	return home_of(m, key, length);
}

void *
map_find(const struct map *m, const void *key, size_t length) {
	if (m->count == 0)
		return NULL;
	for (size_t i = home_of(m, key, length); m->slots[i]; i = (i + 1) & (m->capacity - 1)) {
		size_t other_length;
		const void *other = m->key(m->slots[i], &other_length);
		if (other_length == length && memcmp(other, key, length) == 0)
			return m->slots[i];
	}
	return NULL;
}

static void
place(struct map *m, void *item) {
	size_t i = home_of_item(m, item);

	while (m->slots[i])
		i = (i + 1) & (m->capacity - 1);
	m->slots[i] = item;
}

static int
grow(struct map *m) {
	struct map bigger = *m;

	bigger.capacity = m->capacity ? m->capacity * 2 : CAPACITY_FIRST;
	bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < m->capacity; i++)
		if (m->slots[i])
			place(&bigger, m->slots[i]);
	free(m->slots);
	*m = bigger;
	return 0;
}

int
map_put(struct map *m, void *item) {
	if (2 * (m->count + 1) > m->capacity) {
		int r = grow(m);
		if (r < 0)
			return r;
	}
	place(m, item);
	m->count++;
	return 0;
}

void
map_remove(struct map *m, const void *item) {
	if (m->count == 0)
		return;
	size_t mask = m->capacity - 1;
	size_t hole = home_of_item(m, item);

	while (m->slots[hole] != item) {
		if (!m->slots[hole])
			return;
		hole = (hole + 1) & mask;
	}
	for (size_t i = (hole + 1) & mask; m->slots[i]; i = (i + 1) & mask) {
		// An item may move back to the hole unless its home lies between the two.
		size_t home = home_of_item(m, m->slots[i]);
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole] = NULL;
	m->count--;
}
