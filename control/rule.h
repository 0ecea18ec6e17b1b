// SPDX-License-Identifier: BSD-3-Clause
// Rules: one for each block, allow or ignore that someone set on a device, a destination or the
// pair of them.
//
// Shape:   an array sorted by id; the same fact stands as a bit in the device, the destination or
//          the link, where it is looked up.
// Threads: the core thread.
// Errors:  rule_set returns NULL without memory.

#pragma once

#include "control/action.h"
#include "control/link.h"

struct rule {
	uint64_t id;
	enum action action;
	struct device *device; // NULL: everyone
	struct destination *destination; // NULL: everything
	uint64_t created_ns;
	uint64_t hits; // what it decided
	uint64_t last_hit_ns; // wall; 0: nothing yet
	char author[33];
};

struct rule *rule_find(
	const struct state *s,
	enum action action,
	const struct device *d,
	const struct destination *to
);
struct rule *rule_by_id(const struct state *s, uint64_t id);
// id 0 takes a new one.
struct rule *rule_set(
	struct state *s,
	uint64_t id,
	enum action action,
	struct device *d,
	struct destination *to,
	uint64_t created_ns,
	const char *author
);
void rule_clear(struct state *s, struct rule *r);
