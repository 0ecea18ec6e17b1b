// SPDX-License-Identifier: BSD-3-Clause
// Names that were read in a connection, in answers and in hellos, until it is reported.
//
// Shape:   a ring.
// Units:   nanoseconds of the dataplane's clock.
// Threads: one owner.
// Errors:  heard_add on a full ring is the caller's mistake: heard_is_full says when to take the
//          oldest.  Without memory the name is not kept, and false returned.

#pragma once

#include "platform/wire_types.h"

#include <stdbool.h>

#define HEARD_MAX 256

struct heard {
	struct wire_name is;
	char *names; // as they follow a wire_name; whoever takes it frees it
};

struct heard_names {
	unsigned int first, count;
	struct heard at[HEARD_MAX];
};

static inline bool
heard_is_full(const struct heard_names *h) {
	return h->count == HEARD_MAX;
}

bool heard_add(struct heard_names *h, const struct wire_name *w, const char *names);
// The oldest of this flow.
bool heard_take(struct heard_names *h, uint64_t flow, struct heard *ret);
// The oldest of all, if it is older than that.
bool heard_take_older(struct heard_names *h, uint64_t than_ns, struct heard *ret);
void heard_fini(struct heard_names *h);
