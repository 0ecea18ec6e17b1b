// SPDX-License-Identifier: BSD-3-Clause
// Who did it, for the audit trail; and the entries of what people do that is no change of names,
// rules or profiles: those bring their own.

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// They are asked by POST for their bodies' sake, and change nothing.
static const char *const asks_only[] = {"checkConfig", "simulateRule"};

void
api_by(const struct http_request *r, struct audit_by *ret) {
	static const char *const ways[] = {
		[PRINCIPAL_NOBODY] = "none",
		[PRINCIPAL_UNIX] = "unix",
		[PRINCIPAL_SESSION] = "session",
		[PRINCIPAL_TOKEN] = "token",
		[PRINCIPAL_BROKER] = "mqtt",
	};
	const struct principal *p = http_principal(r);
	struct http_peer peer = http_peer(r);

	*ret = (struct audit_by){.who = ""};
	const char *who = http_who(r)[0] ? http_who(r) : "nobody";
	const char *behalf = http_behalf(r);
	snprintf(
		ret->who,
		sizeof ret->who,
		"%s%s%.24s",
		who,
		behalf ? " for " : "",
		behalf ? behalf : ""
	);
	snprintf(ret->role, sizeof ret->role, "%s", role_name(p->role));
	snprintf(
		ret->way,
		sizeof ret->way,
		"%s",
		p->role == ROLE_PROVIDER	    ? "provider"
			: p->kind < ARRAY_LEN(ways) ? ways[p->kind]
						    : ""
	);
	snprintf(
		ret->source,
		sizeof ret->source,
		"%s",
		peer.kind == HTTP_PEER_UNIX || !peer.address ? "unix" : peer.address
	);
}

void
api_author(const struct http_request *r, struct change *c) {
	const char *behalf = http_behalf(r);

	api_by(r, &c->by);
	if (behalf)
		snprintf(c->author, sizeof c->author, "%.15s for %.12s", http_who(r), behalf);
	else
		snprintf(c->author, sizeof c->author, "%s", http_who(r));
	snprintf(c->operation, sizeof c->operation, "%s", http_operation(r));
}

struct telling {
	struct http_later *later;
};

static void
written(void *context, int result, const char *message) {
	struct telling *t = context;
	struct http_request *r = http_resume(t->later);

	free(t);
	if (r && result == 0)
		http_release(r);
	else if (r)
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"It was done, but the audit trail does not tell of it: check the state "
			"directory's disk.",
			"%s",
			message
		);
}

// What is answered now is answered in the same turn; for what nobody waits, there is no entry.
void
api_heard(
	void *core,
	enum access_event what,
	const struct principal *who,
	const char *subject,
	const char *source
) {
	struct core *c = core;

	(void)what;
	(void)who;
	(void)source;
	snprintf(c->told_subject, sizeof c->told_subject, "%s", subject);
	c->told_turn = ev_iteration(c->loop);
}

static bool
is_in_path(const struct http_request *r, const char *text) {
	char name[HTTP_PART_NAME];
	const char *value;

	for (size_t i = 0; (value = http_path_at(r, i, name)); i++)
		if (strcmp(value, text) == 0)
			return true;
	return false;
}

static struct audit_entry *
entry_of(struct http_request *r, struct core *c) {
	char name[HTTP_PART_NAME];
	const char *value;
	struct audit_by by;

	api_by(r, &by);
	struct audit_entry *e = audit_new(&by, http_operation(r), clock_wall_ns());
	for (size_t i = 0; e && (value = http_path_at(r, i, name)); i++)
		if (strcmp(name, "action") != 0)
			audit_object_of(c, e, value);
	if (c->told_subject[0] && c->told_turn == ev_iteration(c->loop)
	    && !is_in_path(r, c->told_subject))
		audit_object(e, c->told_subject, c->told_subject);
	c->told_subject[0] = 0;
	const char *before = http_note_before(r);
	const char *after = http_note_after(r);
	if (e && before)
		e->before = audit_copy_json(before, strlen(before));
	if (e && after)
		e->after = audit_copy_json(after, strlen(after));
	return e;
}

bool
api_told(struct http_request *r, int status, void *core) {
	struct core *c = core;
	struct audit_by by;

	if (status >= 400) {
		api_by(r, &by);
		audit_count(c, &by, http_operation(r), "", "refused", http_refusal(r));
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(asks_only); i++)
		if (strcmp(http_operation(r), asks_only[i]) == 0)
			return false;
	struct telling *t = calloc(1, sizeof *t);
	if (!t)
		abort(); // as http_later does
	t->later = http_later(r);
	audit_submit(c, entry_of(r, c), written, t);
	return true;
}
