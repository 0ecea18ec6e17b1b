// SPDX-License-Identifier: BSD-3-Clause
// What a provider proposes and the household decides: a rule, a profile or a recording, with why.
//
// Shape:   open → accepted, declined, expired; or asked → open again with an answer.  What was
//          decided stays visible to both until it makes room; at most PROPOSALS_OPEN_MAX wait.
//          The body is kept as the request takes it that does it.
// Units:   wall nanoseconds.
// Threads: the core thread.

#pragma once

#include "control/provider/provider.h"

#define PROPOSALS_MAX 100
#define PROPOSALS_OPEN_MAX 20
#define PROPOSAL_BODY_MAX (16 * 1024)
#define PROPOSAL_TEXT_MAX 2000 // bytes, of evidence, question and answer
#define PROPOSAL_DAYS 7 // unless it says otherwise
#define PROVIDER_ROW_PROPOSAL "proposal"

// Constant, word.
#define PROPOSAL_STATES(X)                                                                         \
	X(OPEN, "open")                                                                            \
	X(ASKED, "asked")                                                                          \
	X(ACCEPTED, "accepted")                                                                    \
	X(DECLINED, "declined")                                                                    \
	X(EXPIRED, "expired")

enum proposal_state {
#define X(id, word) PROPOSAL_##id,
	PROPOSAL_STATES(X)
#undef X
	PROPOSAL_STATE_COUNT
};

// Constant, word (the member that holds the body), the operation that does it.
#define PROPOSAL_KINDS(X)                                                                          \
	X(RULE, "rule", "createRule")                                                              \
	X(PROFILE, "profile", "putProfile")                                                        \
	X(CAPTURE, "capture", "createCapture")

enum proposal_kind {
#define X(id, word, operation) PROPOSAL_##id,
	PROPOSAL_KINDS(X)
#undef X
	PROPOSAL_KIND_COUNT
};

struct proposal {
	uint64_t id;
	enum proposal_kind kind;
	enum proposal_state state;
	uint64_t created_ns;
	uint64_t expires_ns;
	uint64_t decided_ns; // 0: not yet
	char author[PROPOSAL_NAME];
	char decided_by[PROPOSAL_NAME];
	char *body; // JSON
	char *evidence;
	char *question; // of the household; NULL: none
	char *answer; // of the provider, to the question; or of the household, why not
};

const char *proposal_kind_word(enum proposal_kind k);
const char *proposal_operation(enum proposal_kind k);
bool proposal_is_open(const struct proposal *p); // waits for somebody's word

void proposal_free(struct proposal *p);
struct proposal *proposal_copy(const struct proposal *p); // NULL without memory
struct proposal *proposal_find(const struct provider *v, uint64_t id);
size_t proposals_open(const struct provider *v);
// One object, in the API and in the store.
void proposal_write(const struct proposal *p, struct json *j);
struct proposal *proposal_read(uint64_t id, const char *text); // NULL when it makes no sense
// Written down, then in place of the one with its id; takes it and the entry.
void proposal_keep(
	struct core *c,
	struct proposal *p,
	struct audit_entry *e,
	provider_done done,
	void *context
);
void proposals_second(struct core *c); // those whose time is over
