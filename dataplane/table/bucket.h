// SPDX-License-Identifier: BSD-3-Clause
// A token bucket: how much of something may pass in a time, with some of it at once.
//
// Shape:   one word, the time at which what was taken is paid back: the generic cell rate
//          algorithm. The rate is the cost of each, the depth how far ahead of its time one may be.
// Units:   costs and depths are nanoseconds of the rate: a second divided by the rate.
// Threads: any number of takers; the rate holds for all of them together.
// Errors:  none.  A time that goes back finds the bucket emptier, never fuller.
// Source:  ITU-T I.371 (2004) annex A, virtual scheduling.

#pragma once

#include "platform/base.h"

#include <stdatomic.h>
#include <stdbool.h>

struct bucket {
	_Atomic ns_t paid_at; // 0: full
};

// Is there anything left?  The last one may take more than there is, so that large ones pass too.
static inline bool
bucket_has(const struct bucket *b, ns_t now, ns_t depth) {
	ns_t paid_at = atomic_load_explicit(&b->paid_at, memory_order_relaxed);

	return paid_at <= now || paid_at - now < depth;
}

// Takes what costs `cost`, whether it is there or not.
static inline void
bucket_spend(struct bucket *b, ns_t now, ns_t cost) {
	ns_t paid_at = atomic_load_explicit(&b->paid_at, memory_order_relaxed);

	while (!atomic_compare_exchange_weak_explicit(
		&b->paid_at,
		&paid_at,
		MAX_OF(paid_at, now) + cost,
		memory_order_relaxed,
		memory_order_relaxed
	))
		;
}

// Takes what costs `cost`, or says that nothing is left.
static inline bool
bucket_take(struct bucket *b, ns_t now, ns_t cost, ns_t depth) {
	ns_t paid_at = atomic_load_explicit(&b->paid_at, memory_order_relaxed);

	do {
		if (paid_at > now && paid_at - now >= depth)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
		&b->paid_at,
		&paid_at,
		MAX_OF(paid_at, now) + cost,
		memory_order_relaxed,
		memory_order_relaxed
	));
	return true;
}
