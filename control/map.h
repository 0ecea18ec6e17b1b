// SPDX-License-Identifier: BSD-3-Clause
// A hash table of things that carry their own key.
//
// Shape:   open addressing, linear probing, at most half full, deletion by shifting back; the
//          hash is keyed at random, because keys come from the network.
// Threads: one owner.
// Errors:  map_put returns -ENOMEM and changes nothing.

#pragma once

#include <stddef.h>
#include <stdint.h>

// The key inside an item; it must not change while the item is in a map.
typedef const void *(*map_key)(const void *item, size_t *ret_length);

struct map {
	uint64_t secret[2];
	map_key key;
	void **slots;
	size_t capacity;
	size_t count;
};

void map_init(struct map *m, map_key key);
void map_fini(struct map *m);
void *map_find(const struct map *m, const void *key, size_t length);
int map_put(struct map *m, void *item); // whose key is not in the map yet
void map_remove(struct map *m, const void *item);
