// SPDX-License-Identifier: BSD-3-Clause
// What is known of a device's identity, and what a person decided about it.
//
// Shape:   facts are learned and kept; the kind follows from them whenever they moved; what a
//          person chose wins over what was learned.
// Threads: the core thread.

#pragma once

#include "control/identity/behind.h"
#include "control/identity/facts.h"
#include "control/identity/kind_judge.h"
#include "control/identity/presence.h"

struct device;
struct flow;
struct state;

// What a person decided.
struct device_choice {
	uint64_t joined; // id of the device that this is one with (identity/join.h); 0: none
	uint64_t kind; // enum kind; KIND_NONE: nobody said
	uint64_t privacy; // level of what is remembered, plus one; 0: as the home's
};

struct identity {
	struct facts facts;
	struct kind_verdict learned;
	struct device_choice choice;
	struct behind behind;
	struct presence presence;
	bool stale; // something moved since it was judged
	bool facts_dirty; // since the last write to the store
};

// `text` as the device sent it.
void identity_note(
	struct device *d,
	enum clue clue,
	enum source source,
	const char *text,
	size_t length,
	uint64_t seen_ns
);
// What traffic shows; only what some rule of kinds asks about is kept.
void identity_see_flow(struct state *s, const struct flow *f);
void identity_see_name(struct state *s, struct device *d, const char *name, uint64_t seen_ns);

// Judges every device of which something moved.
void identity_settle(struct state *s);

// What was judged, with its evidence in the language that is spoken.
void identity_say(
	const struct state *s,
	const struct device *d,
	struct kind_verdict *ret_kind,
	struct behind *ret_behind
);

enum kind identity_kind(const struct device *d);
