// SPDX-License-Identifier: BSD-3-Clause
// The names of all lists, in the groups of a lists image.
//
// Shape:   one row a name: its hash, the lists that name it and those that except it, as bits.
// Threads: pure.
// Errors:  -ENOMEM; lists_names_free in any case.

#pragma once

#include "platform/lists_image.h"

struct lists_build;

struct lists_names {
	uint32_t bits;
	uint32_t *group;
	uint64_t *hash;
	uint64_t *mask;
	uint64_t *except; // NULL: none has one
	uint32_t count;
};

// Into groups, each name of them once.
int lists_names_group(const struct lists_build *b, struct lists_names *n);
void lists_names_free(struct lists_names *n);
