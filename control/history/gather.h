// SPDX-License-Identifier: BSD-3-Clause
// Sums by a key, for questions to the history: an open hash of what was met.
//
// Threads: one owner.
// Errors:  -ENOMEM.

#pragma once

#include "control/history/bucket.h"

struct gathered {
	uint64_t key; // plus one; 0: free
	struct history_counts counts;
	uint64_t last_s;
};

struct gather {
	struct gathered *slots;
	size_t capacity;
	size_t count;
};

int gather_add(struct gather *g, uint64_t key, const struct history_counts *c, uint64_t at_s);
// Moves what there is to the front, most bytes first; nothing can be added after.
void gather_sort(struct gather *g);
void gather_free(struct gather *g);
