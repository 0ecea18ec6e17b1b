// SPDX-License-Identifier: BSD-3-Clause
// What the files of control/incident share.

#pragma once

#include "control/core.h"
#include "control/incident/incident.h"

struct incidents {
	struct incident *at[INCIDENTS_MAX]; // oldest first
	size_t count;
};

struct incident *incident_of(const struct core *c, uint64_t id);
void incident_free(struct incident *i);

// search.c: who took part, into `i`; `then` is called once, perhaps at once.
typedef void (*incident_searched)(void *context);
void incident_search(struct core *c, struct incident *i, incident_searched then, void *context);

// contain.c: sets or takes the rules of all matches, then calls `then`, perhaps at once.  What a
// rule would cut off from the household's own way in or out (change_cuts) is left out and counted.
struct containing {
	struct core *core;
	struct incident *incident;
	const char *author; // lives until `then`
	unsigned int waiting; // changes under way
	unsigned int failed, cuts;
	char message[256]; // of the first that failed
	void (*then)(struct containing *);
	void *context;
};
void incident_contain(struct containing *k);
void incident_release(struct containing *k);
// The rules that still stand.
unsigned int incident_rules(const struct core *c, const struct incident *i);

// report.c: members of an object: how much, and when
void incident_write_seen(const struct incident_match *m, struct json *j);

// keep.c
void incident_write_kept(const struct incident *i, struct json *j);
struct incident *incident_read_kept(uint64_t id, const char *body);
