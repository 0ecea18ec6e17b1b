// SPDX-License-Identifier: BSD-3-Clause
// From prefixes that lie in each other to ranges that lie side by side.
//
// Shape:   prefixes in the order of their first address, the wider first; each range ends where
//          the next begins, and has the lists of all prefixes around it, as a set's number.
// Threads: pure.
// Errors:  -ENOMEM; -E2BIG with more than 65,535 sets.

#pragma once

#include "platform/lists_image.h"

struct lists_entry6;

#define LISTS_HOME LISTS_MAX // the `list` of a prefix that no list is about
#define LISTS_EXCEPT 0x80 // beside the list of an entry: it is an exception

// The combinations of lists that occur; number 0 is the empty one.
struct lists_sets {
	struct lists_set *set;
	uint32_t count;
	uint32_t *slot; // an index by mask, number + 1
	int error; // sticky
};

int lists_sets_init(struct lists_sets *s);
void lists_sets_fini(struct lists_sets *s);
uint32_t lists_sets_number(struct lists_sets *s, struct lists_set set);

// IPv4 prefixes are numbers: address << 16 | length << 8 | list.  `groups` has LISTS_GROUPS + 1
// rows; *ret_ranges is for free().
int lists_ranges4(
	const uint64_t *sorted,
	size_t count,
	struct lists_sets *sets,
	uint32_t *groups,
	uint32_t **ret_ranges
);
int lists_ranges6(
	const struct lists_entry6 *sorted,
	size_t count,
	struct lists_sets *sets,
	struct lists_ip6 **ret_ranges,
	uint32_t *ret_count
);
