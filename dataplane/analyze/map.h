// SPDX-License-Identifier: BSD-3-Clause
// Keys of any bytes to dense numbers 0, 1, 2, … in the order in which they came.
//
// Shape:   open addressing over numbers; the keys' bytes live in one growing block.
// Threads: one.
// Errors:  map_put returns MAP_NONE when memory runs out.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAP_NONE UINT32_MAX

struct map {
	uint32_t n;
	uint32_t slots; // power of two, at most half full
	uint32_t *slot; // number + 1, 0 is empty
	size_t *key; // by number: offset of the key's bytes; key[n] is the end
	size_t key_room;
	uint8_t *bytes;
	size_t bytes_n;
	size_t bytes_room;
	uint64_t seed[2];
};

void map_free(struct map *m); // of a zeroed struct, too
uint32_t map_find(const struct map *m, const void *key, size_t length); // MAP_NONE: not there
uint32_t map_put(struct map *m, const void *key, size_t length, bool *ret_new);
const void *map_key(const struct map *m, uint32_t number, size_t *ret_length);

// Room for `need` elements of `size` bytes; NULL when memory runs out, the old block stays.
void *grow(void *old, size_t need, size_t *room, size_t size);
