// SPDX-License-Identifier: BSD-3-Clause
// The audit trail: everything anybody does, where it was done, and how to take it back.
//
// Shape:   a change brings its entry into its own transaction (control/act.c); what else people do
//          is an entry of its own, committed before they are answered (control/http/api_told.c).
//          Refusals and what a provider looks at are counted per source and minute.
// Threads: the core thread.
// Errors:  what cannot be written is said to who asked; nothing goes on in secret.
// Source:  issue 5, "The provider"; DESIGN 4, "Roles".

#pragma once

#include "control/audit/entry.h"
#include "control/id.h"

#include <stddef.h>

struct change;
struct core;

// Who did it; NULL: the gateway itself.
extern const struct audit_by audit_by_gateway;

// The entry that tells of a change, to be freed; NULL without memory.
struct audit_entry *audit_of_change(const struct core *c, const struct change *change);
// The name of a device, destination, rule, profile … at this moment, as an object of the entry.
void audit_object_of(const struct core *c, struct audit_entry *e, const char *id);

// Takes the entry.  `done` may be NULL; the message says why it could not be written.
typedef void (*audit_done)(void *context, int result, const char *message);
void audit_submit(struct core *c, struct audit_entry *e, audit_done done, void *context);
// It is committed: tells the browsers.
void audit_publish(struct core *c, struct audit_entry *e);

#define AUDIT_TALLIES 64

// The same thing by the same source, told once and then counted until the minute is over.
struct audit_tally {
	struct audit_by by;
	char operation[AUDIT_OPERATION];
	char object[ID_TEXT]; // an id, or empty
	char outcome[16];
	char reason[40];
	uint64_t until_ns; // monotonic
	uint64_t more; // since it was told
};

struct audit_tallies {
	struct audit_tally rows[AUDIT_TALLIES + 1]; // the last one: all others
	size_t count;
};

void audit_count(
	struct core *c,
	const struct audit_by *by,
	const char *operation,
	const char *object,
	const char *outcome,
	const char *reason
);
void audit_second(struct core *c);
