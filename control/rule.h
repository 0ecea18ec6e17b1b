// SPDX-License-Identifier: BSD-3-Clause
// Rules: everything that somebody decided about the home's traffic, one by one.
//
// Shape:   an array sorted by id.  Those that speak of a device, a node or a pair without
//          conditions also stand as bits in the device, the destination or the link, where they are
//          looked up and shown; domains that rules name stand in an index for answers of DNS.
// Threads: the core thread.
// Errors:  rule_put returns NULL without memory, or when its device or destination is not there.

#pragma once

#include "control/link.h"
#include "control/rule_spec.h"

#include <time.h>

#define RULES_MAX 4096
#define RULE_STATES_MAX 40000 // kept, with those of profiles
#define RULE_AUTHOR "local" // of rules from before there were accounts
// Rules of profiles have no row of their own in the store: their id is what they say, hashed, with
// this bit, which no id made from a time has before the year 2109.
#define RULE_OF_PROFILE (1ull << 62)

struct rule {
	uint64_t id;
	struct rule_spec spec;
	struct device *device; // of the spec; NULL: it names none
	struct destination *destination;
	uint64_t created_ns;
	uint64_t hits;
	uint64_t last_hit_ns;
	bool active; // enabled, in its hours, not over
	bool dirty; // active or hits moved since the store heard of them
	bool changed; // since the last delta to the browsers
	bool ending; // its removal is under way
	bool bit_set; // put_bit has been here
	char author[33];
};

// What was counted of a rule that went: should it come back, it goes on from there.
#define RULES_PAST 256

struct rule_past {
	uint64_t id; // 0: none
	uint64_t hits;
	uint64_t last_hit_ns;
};

void rule_remember(struct state *s, uint64_t id, uint64_t hits, uint64_t last_hit_ns);

struct rule *rule_by_id(const struct state *s, uint64_t id);
// One that says the same; NULL when there is none.
struct rule *rule_same(const struct state *s, const struct rule_spec *spec);
// The plain one of this action; NULL stands for everyone and for everything.
struct rule *rule_find(
	const struct state *s,
	enum action action,
	const struct device *d,
	const struct destination *to
);
void rule_spec_plain(
	struct rule_spec *ret,
	enum action action,
	const struct device *d,
	const struct destination *to
);

// Makes the rule, or gives the one with this id another text.  id 0 takes a new one.
struct rule *rule_put(
	struct state *s,
	uint64_t id,
	const struct rule_spec *spec,
	uint64_t created_ns,
	const char *author
);
// The plain one; what is there already stays as it is.
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
// Says whether it holds now; its bit follows.
void rule_set_active(struct state *s, struct rule *r, bool active);

// Whether a rule, or one of a profile, speaks of one of these names (each ended by NUL) or of what
// is above it.
bool rules_name_any(struct state *s, const char *names, size_t length);
void rule_names_clear(struct state *s); // to be gathered again at the next question
const void *rule_names_key(const void *item, size_t *ret_length);

// The dataplane counted so many more; id as the image had it.
void rules_count_hits(struct state *s, uint64_t id, uint64_t hits, uint64_t last_ns);
