// SPDX-License-Identifier: BSD-3-Clause
// What limit rules ask of flows: which of them hold for a flow, and what has been taken of each.
//
// Shape:   a flow remembers the number of a set; a set is the rules that match it, each with the
//          end of the flow that is its subject.  Sets live as long as the policy they are of.
//          Each device that a rule holds for has buckets of its own, found by (device, rule's id),
//          so that they outlive the image; one that is full again gives way.
// Threads: sets: a worker's own.  Buckets: any number of takers.
// Errors:  limit_set_number returns LIMIT_ASK when there are too many sets: the flow's packets are
//          to be asked for theirs, one by one.  In a full table two devices share a bucket.

#pragma once

#include "dataplane/table/bucket.h"
#include "platform/base.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LIMIT_ITEMS 16
#define LIMIT_ASK 255u
#define LIMIT_SETS (LIMIT_ASK - 1)
#define LIMIT_BUCKETS 4096u

struct limit_set {
	uint32_t n;
	uint32_t item[LIMIT_ITEMS]; // row of the rule << 1 | end of the key
};

struct limit_sets {
	struct limit_set wanted; // of the packet in judge's hand
	uint32_t epoch; // of the policy
	uint32_t n;
	struct limit_set set[LIMIT_SETS];
};

// What one limited device has taken; by all workers together.
struct limit_taken {
	struct bucket up, down, flows;
	uint64_t pad;
};

struct limit_bucket {
	struct limit_taken taken;
	_Atomic uint64_t key; // 0: free
};

struct limit_buckets {
	struct limit_bucket bucket[LIMIT_BUCKETS];
};

// 0 for the empty set.
void limit_set_add(struct limit_set *s, uint32_t rule, unsigned int end);
unsigned int limit_set_number(struct limit_sets *t, uint32_t epoch); // of what is wanted
// NULL: no such set, in this policy.
static inline const struct limit_set *
limit_set_of(const struct limit_sets *t, uint32_t epoch, unsigned int number) {
	return number > 0 && number <= t->n && t->epoch == epoch ? &t->set[number - 1] : NULL;
}

struct limit_taken *
limit_bucket_of(struct limit_buckets *t, uint16_t slot, uint64_t rule, ns_t now);
