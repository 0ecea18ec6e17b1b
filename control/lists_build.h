// SPDX-License-Identifier: BSD-3-Clause
// The lists compiler: entries in any order in, one lists image out.
//
// Shape:   add entries, then lists_build_finish.  An entry twice, or on several lists, is one row.
//          Addresses of the home itself (private, shared, unique local, loopback, link-local) and
//          multicast are left out whatever the lists say: lists of unroutable networks would cut
//          the home off from its own router.  A rule may still name them.  An entry whose `list`
//          has LISTS_EXCEPT beside it is an exception from what that list says.
// Threads: pure but for the caller's struct lists_build; meant for a worker thread.
// Errors:  out of memory is remembered and told by lists_build_finish (-ENOMEM); -E2BIG above
//          LISTS_ENTRIES_MAX of a kind, LISTS_BYTES_MAX or 65,535 combinations of lists.
// Source:  platform/lists_image.h; RFC 1918, 6598, 4193, 3927 for what is the home's own.

#pragma once

#include "platform/lists_image.h"

#include <stdbool.h>

// More names than fit an image of LISTS_BYTES_MAX; what is gathered stays below 400 MB.
#define LISTS_ENTRIES_MAX (20u << 20)

struct lists_entry6 {
	uint64_t high; // host order, without host bits
	uint64_t low;
	uint8_t length;
	uint8_t list;
};

struct lists_name {
	uint64_t hash;
	uint8_t list;
};

// How much there was, to go back to.
struct lists_mark {
	size_t ip4, ip6, names;
	bool failed;
};

struct lists_build {
	uint64_t key[2];
	uint64_t *ip4; // address << 16 | length << 8 | list: one number to sort by
	struct lists_entry6 *ip6;
	struct lists_name *names;
	size_t ip4_count, ip4_room;
	size_t ip6_count, ip6_room;
	size_t names_count, names_room;
	uint64_t allows; // lists, as bits
	char list_name[LISTS_MAX][LISTS_NAME];
	bool excepts; // some name is an exception
	bool failed; // without memory
	bool full; // above LISTS_ENTRIES_MAX
};

// The key keeps strangers from making names that look listed: random, fresh for each image.
void lists_build_init(struct lists_build *b, const uint64_t key[2]);
void lists_build_fini(struct lists_build *b);

// Bits of the address beyond `length` are ignored.
void lists_build_prefix(
	struct lists_build *b,
	unsigned int list,
	unsigned int family,
	const uint8_t address[16],
	unsigned int length
);
// `wire`: length-prefixed labels in lower case without the root byte; its sub-names are meant too.
void lists_build_name(struct lists_build *b, unsigned int list, const uint8_t *wire, size_t length);

void lists_build_list(struct lists_build *b, unsigned int list, const char *name);
struct lists_mark lists_build_mark(const struct lists_build *b);
// Takes back what was added since.
void lists_build_back(struct lists_build *b, struct lists_mark mark);

// *ret_image is one block for free(); it has passed lists_check.  Sorts the entries of `b`.
int lists_build_finish(
	struct lists_build *b,
	uint64_t generation,
	unsigned int lists,
	uint64_t blocks,
	void **ret_image,
	size_t *ret_length
);
