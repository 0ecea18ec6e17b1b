// SPDX-License-Identifier: BSD-3-Clause
// What each rule and each list decided since it was last told.
//
// Shape:   a fixed table keyed by the rule's own id, so that counts outlive the image; those with
//          something to tell stand in a list.  One that has nothing to tell gives way.
// Threads: a worker's own.
// Errors:  none: with HITS_MAX untold ones, or a crowd of one hash, a count is lost.

#pragma once

#include "platform/base.h"

#include <stdbool.h>
#include <stdint.h>

#define HITS_MAX 2048u

struct hit {
	uint64_t rule; // 0: free
	uint64_t hits; // untold
	ns_t last_ns;
};

struct hits {
	struct hit hit[HITS_MAX];
	uint16_t untold[HITS_MAX];
	uint32_t untold_n;
	ns_t told; // when the last were
};

void hits_add(struct hits *h, uint64_t rule, ns_t now);
// The newest untold one, or NULL; hits_done takes it off.
const struct hit *hits_next(const struct hits *h);
void hits_done(struct hits *h);
