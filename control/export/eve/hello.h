// SPDX-License-Identifier: BSD-3-Clause
// Server names that were read where a connection begins, until the connection they stood in is
// reported.
//
// Shape:   a ring.  A hello is of the flow between its two ends that had begun when it was read.
// Units:   nanoseconds of the dataplane's clock.
// Threads: pure.
// Errors:  hellos_add on a full ring is the caller's mistake: hellos_is_full says when to take the
//          oldest.

#pragma once

#include "platform/wire_types.h"

#include <stdbool.h>

#define HELLOS_MAX 256
#define HELLO_NAME 256

struct hello {
	uint64_t seen_ns;
	uint8_t mac[6];
	uint8_t family;
	uint8_t address[16]; // the server's
	char name[HELLO_NAME];
};

struct hellos {
	unsigned int first, count;
	struct hello at[HELLOS_MAX];
};

static inline bool
hellos_is_full(const struct hellos *h) {
	return h->count == HELLOS_MAX;
}
void hellos_add(struct hellos *h, const struct wire_name *w, const char *name);
// The one that stood in this flow; false: none, or not known yet.
bool hellos_take(struct hellos *h, const struct wire_flow *w, struct hello *ret);
// The oldest, if it was read before then.
bool hellos_take_older(struct hellos *h, uint64_t than_ns, struct hello *ret);
