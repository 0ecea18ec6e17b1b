// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/map.h"

#include "platform/base.h"
#include "platform/siphash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define SLOTS_MIN 256

void *
grow(void *old, size_t need, size_t *room, size_t size) {
	if (need <= *room)
		return old;
	size_t wider = MAX_OF(need, *room * 2);
	void *p = realloc(old, wider * size);
	if (p != NULL)
		*room = wider;
	return p;
}

void
map_free(struct map *m) {
	free(m->slot);
	free(m->key);
	free(m->bytes);
	*m = (struct map){0};
}

const void *
map_key(const struct map *m, uint32_t number, size_t *ret_length) {
	*ret_length = m->key[number + 1] - m->key[number];
	return m->bytes + m->key[number];
}

// The slot that holds the key, or the empty one where it belongs.
static uint32_t
find_slot(const struct map *m, const void *key, size_t length) {
	uint32_t mask = m->slots - 1;
	uint32_t at = (uint32_t)siphash24(m->seed, key, length) & mask;

	for (; m->slot[at] != 0; at = (at + 1) & mask) {
		size_t n;
		const void *have = map_key(m, m->slot[at] - 1, &n);
		if (n == length && memcmp(have, key, n) == 0)
			break;
	}
	return at;
}

static bool
widen(struct map *m) {
	uint32_t slots = m->slots ? m->slots * 2 : SLOTS_MIN;
	uint32_t *slot = calloc(slots, sizeof(*slot));

	if (slot == NULL)
		return false;
	if (m->slots == 0 && getrandom(m->seed, sizeof(m->seed), 0) != sizeof(m->seed))
		m->seed[0] = (uintptr_t)slot;
	free(m->slot);
	m->slot = slot;
	m->slots = slots;
	for (uint32_t i = 0; i < m->n; i++) {
		size_t n;
		const void *key = map_key(m, i, &n);
		m->slot[find_slot(m, key, n)] = i + 1;
	}
	return true;
}

uint32_t
map_find(const struct map *m, const void *key, size_t length) {
	if (m->slots == 0)
		return MAP_NONE;
	return m->slot[find_slot(m, key, length)] - 1; // 0, empty, becomes MAP_NONE
}

uint32_t
map_put(struct map *m, const void *key, size_t length, bool *ret_new) {
	if (m->n >= m->slots / 2 && !widen(m))
		return MAP_NONE;
	uint32_t at = find_slot(m, key, length);
	*ret_new = m->slot[at] == 0;
	if (!*ret_new)
		return m->slot[at] - 1;

	size_t *offsets = grow(m->key, (size_t)m->n + 2, &m->key_room, sizeof(*offsets));
	if (offsets == NULL)
		return MAP_NONE;
	m->key = offsets;
	uint8_t *bytes = grow(m->bytes, m->bytes_n + length + 1, &m->bytes_room, 1);
	if (bytes == NULL)
		return MAP_NONE;
	m->bytes = bytes;
	memcpy(bytes + m->bytes_n, key, length);
	offsets[m->n] = m->bytes_n;
	m->bytes_n += length;
	offsets[m->n + 1] = m->bytes_n;
	m->slot[at] = ++m->n;
	return m->n - 1;
}
