// SPDX-License-Identifier: BSD-3-Clause
// Incidents: somebody outside was attacked, and their provider asks this home to look who took
// part, and to stop it.
//
// Shape:   reported → searched (live conversations and the history) → as the household's consent
//          says: told, asked, or contained.  To contain is a block of each device that took part
//          towards the target alone, with an end; it is a rule like any other, seen and undone as
//          one.  A report with the number (mid) and scope of one that still holds makes it last
//          longer.  Who reported learns counts, never which device.
// Units:   wall nanoseconds where the name says nothing else.
// Threads: the core thread; the history is searched in its reader's thread.
// Errors:  of a report: a fault, or incident_done's result.
// Source:  RFC 9066 (DOTS signal channel call home), RFC 9132; DESIGN 4, "Roles".

#pragma once

#include "control/incident/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audit_entry;
struct core;
struct incidents;
struct json;
struct provider;

#define INCIDENTS_MAX 100
#define INCIDENT_AUTHOR 64
#define INCIDENT_DEVICES 16 // that are named and contained; more are counted
#define INCIDENT_RULES 8 // of a device
#define INCIDENT_TEXT 500 // bytes of evidence
#define INCIDENT_WINDOW_S 3600 // looked back, unless the report says otherwise
#define INCIDENT_WINDOW_MAX_S (31 * 86400)
#define INCIDENT_SCOPE_BYTES 16384
#define INCIDENT_ROW "incident" // kind, in the store

// What the household lets be done.  Constant, word.
#define INCIDENT_CONSENTS(X)                                                                       \
	X(OFF, "off")                                                                              \
	X(INFORM, "inform")                                                                        \
	X(ASK, "ask")                                                                              \
	X(ACT, "act")

enum incident_consent {
#define X(id, word) INCIDENT_MAY_##id,
	INCIDENT_CONSENTS(X)
#undef X
};

// Constant, word, status of RFC 9132 table 3.
#define INCIDENT_STATES(X)                                                                         \
	X(NOTHING, "nothing_found", 4) /* exceeded capability: nobody here to stop */              \
	X(INFORMED, "informed", 4)                                                                 \
	X(WAITING, "waiting", 1) /* for the household's word */                                    \
	X(CONTAINED, "contained", 2)                                                               \
	X(DISMISSED, "dismissed", 6) /* by the household */                                        \
	X(WITHDRAWN, "withdrawn", 5) /* by who reported */                                         \
	X(OVER, "over", 3)

enum incident_state {
#define X(id, ...) INCIDENT_##id,
	INCIDENT_STATES(X)
#undef X
	INCIDENT_STATE_COUNT
};

struct incident_match {
	uint64_t device; // id
	uint64_t flows, packets, bytes; // that it sent to the target
	uint64_t first_ns, last_ns;
	uint64_t rules[INCIDENT_RULES]; // that contain it
	unsigned int n_rules;
};

struct incident {
	uint64_t id;
	char author[INCIDENT_AUTHOR];
	enum incident_state state;
	uint64_t received_ns;
	uint64_t from_ns, to_ns; // looked at
	uint64_t until_ns; // the containment's end
	struct scope scope;
	char *document; // as it came: {"ietf-dots-…": …}
	char evidence[INCIDENT_TEXT + 1];
	struct incident_match matches[INCIDENT_DEVICES];
	unsigned int n_matches;
	unsigned int more_devices;
	bool past; // the history could be asked
	unsigned int busy; // that are at it: it stays
};

// What the reporter says beside the scope.
struct incident_report {
	char author[INCIDENT_AUTHOR];
	struct scope scope;
	const char *document;
	size_t document_length;
	uint64_t from_ns, to_ns; // 0: the hour before now
	char evidence[INCIDENT_TEXT + 1];
};

struct incidents *incidents_new(void);
void incidents_free(struct incidents *all);
// A row that was kept.
void incidents_load(struct core *c, uint64_t id, const char *body);
void incidents_second(struct core *c);

const char *incident_state_word(enum incident_state s);
// By number, newest first; NULL behind the last.
const struct incident *incident_at(const struct core *c, size_t i);
const struct incident *incident_find(const struct core *c, uint64_t id);

// `result`: 0, or -errno with what went wrong; the incident is NULL then.
typedef void (*incident_done
)(void *context, const struct incident *i, int result, const char *message);
// The document's scope, and beside it "from", "until" and "evidence".
bool incident_read(const struct json_doc *d, struct incident_report *ret, struct rule_fault *f);
// Searches, then does as the consent says.  Takes the entry, which may be NULL.  -EPERM at once:
// the household has not consented; -EMFILE: there is no room until something is over.
int incident_take(
	struct core *c,
	const struct incident_report *report,
	struct audit_entry *e,
	incident_done done,
	void *context
);
// The household's word, or the reporter's.
enum incident_word {
	INCIDENT_CONTAIN,
	INCIDENT_DISMISS,
	INCIDENT_WITHDRAW,
};
int incident_decide(
	struct core *c,
	uint64_t id,
	enum incident_word word,
	const char *who,
	struct audit_entry *e,
	incident_done done,
	void *context
);

// The schema Incident; `outside`: without what would tell which device.
void incident_write(const struct core *c, const struct incident *i, bool outside, struct json *j);
