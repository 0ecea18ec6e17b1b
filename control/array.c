// SPDX-License-Identifier: BSD-3-Clause

#include "control/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t
id_of(const void *item) {
	uint64_t id;

	memcpy(&id, item, sizeof id);
	return id;
}

size_t
array_position(void *const *items, size_t count, uint64_t id) {
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (id_of(items[middle]) < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void *
array_find(void *const *items, size_t count, uint64_t id) {
	size_t at = array_position(items, count, id);

	return at < count && id_of(items[at]) == id ? items[at] : NULL;
}

int
array_insert(void ***items, size_t *count, void *item) {
	// Room for a power of two, so that growing is rare.
	if ((*count & (*count - 1)) == 0) {
		size_t room = *count ? *count * 2 : 1;
		void **more = realloc(*items, room * sizeof *more);
		if (!more)
			return -ENOMEM;
		*items = more;
	}
	size_t at = array_position(*items, *count, id_of(item));
	memmove(*items + at + 1, *items + at, (*count - at) * sizeof **items);
	(*items)[at] = item;
	++*count;
	return 0;
}

void
array_remove(void **items, size_t *count, const void *item) {
	size_t at = array_position(items, *count, id_of(item));

	if (at == *count || items[at] != item)
		return;
	memmove(items + at, items + at + 1, (*count - at - 1) * sizeof *items);
	--*count;
}
