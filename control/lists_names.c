// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_names.h"

#include "control/lists_build.h"
#include "control/lists_ranges.h"
#include "platform/base.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#define NAMES_PER_GROUP 4

void
lists_names_free(struct lists_names *n) {
	free(n->group);
	free(n->hash);
	free(n->mask);
	free(n->except);
}

// Each name of a group once, with all that is said of it.
static void
keep_once(struct lists_names *n, uint32_t groups) {
	uint32_t kept = 0;

	for (uint32_t g = 0, from = 0; g < groups; g++) {
		uint32_t end = n->group[g + 1], begin = kept;
		for (uint32_t i = from; i < end; i++) {
			uint64_t hash = n->hash[i], mask = n->mask[i];
			uint64_t except = n->except ? n->except[i] : 0;
			uint32_t k = begin;
			while (k < kept && n->hash[k] != hash)
				k++;
			n->hash[k] = hash;
			n->mask[k] = k < kept ? n->mask[k] | mask : mask;
			if (n->except)
				n->except[k] = k < kept ? n->except[k] | except : except;
			kept += k == kept;
		}
		n->group[g] = begin;
		from = end;
	}
	n->group[groups] = kept;
	n->count = kept;
}

int
lists_names_group(const struct lists_build *b, struct lists_names *n) {
	size_t count = b->names_count;

	while (n->bits < LISTS_NAME_BITS_MAX && count >> n->bits > NAMES_PER_GROUP)
		n->bits++;
	uint32_t groups = 1u << n->bits;
	n->group = calloc(groups + 2, sizeof *n->group);
	n->hash = malloc(MAX_OF(count, (size_t)1) * sizeof *n->hash);
	n->mask = malloc(MAX_OF(count, (size_t)1) * sizeof *n->mask);
	if (b->excepts)
		n->except = calloc(MAX_OF(count, (size_t)1), sizeof *n->except);
	if (!n->group || !n->hash || !n->mask || (b->excepts && !n->except))
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		n->group[lists_group(b->names[i].hash, n->bits) + 2]++;
	for (uint32_t g = 2; g < groups + 2; g++)
		n->group[g] += n->group[g - 1];
	for (size_t i = 0; i < count; i++) { // group[g + 1] moves from where g begins to its end
		uint32_t at = n->group[lists_group(b->names[i].hash, n->bits) + 1]++;
		n->hash[at] = b->names[i].hash;
		uint64_t bit = 1ull << (b->names[i].list & ~(unsigned int)LISTS_EXCEPT);
		bool except = b->names[i].list & LISTS_EXCEPT;
		n->mask[at] = except ? 0 : bit;
		if (except)
			n->except[at] = bit;
	}
	keep_once(n, groups);
	return 0;
}
