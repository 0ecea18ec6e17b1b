// SPDX-License-Identifier: BSD-3-Clause
// The browsers that are logged in: one's own, and for an admin everybody's.

#include "control/access/api.h"
#include "control/array.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/page.h"
#include "control/id.h"

#include <stdio.h>
#include <string.h>

static bool
may_see(const struct principal *p, const struct session *s) {
	return p->role == ROLE_ADMIN || (p->kind == PRINCIPAL_SESSION && p->user == s->user);
}

struct shown {
	const struct session *session;
	uint64_t own; // of who asks
};

static void
view_one_session(const struct core *c, const void *item, struct json *j) {
	const struct shown *s = item;

	view_session(&c->access, s->session, s->own, j);
}

void
access_api_list_sessions(struct http_request *r, void *core) {
	const struct access *a = access_of(core);
	const struct principal *who = http_principal(r);
	struct page p;

	if (!page_begin(&p, r, core, SESSION_PREFIX, NULL, view_one_session))
		return;
	size_t i = array_position((void *const *)a->sessions, a->sessions_count, p.cursor + 1);
	for (; i < a->sessions_count; i++) {
		struct shown s = {a->sessions[i], who->credential};
		if (may_see(who, s.session) && !page_take(&p, s.session->id, &s))
			break;
	}
	page_end(&p);
}

static bool
plan_delete(struct call *c) {
	const struct session *s = access_session(c->access, c->target);
	const struct user *u = s ? access_user(c->access, s->user) : NULL;

	snprintf(c->name, sizeof c->name, "%s", u ? u->name : "");
	call_step(c, ACCOUNT_DROP_SESSION)->gone.id = c->target;
	return true;
}

static void
answer_delete(struct call *c, struct http_request *r) {
	call_tell(c, ACCESS_SESSION_REVOKED, c->name);
	if (r)
		http_reply_empty(r, 204);
}

void
access_api_delete_session(struct http_request *r, void *core) {
	struct access *a = access_of(core);
	uint64_t id;
	const struct session *s = id_parse(SESSION_PREFIX, http_path(r, "session"), &id)
		? access_session(a, id)
		: NULL;

	if (!s || !may_see(http_principal(r), s)) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_SESSION,
			"GET /api/v1/sessions lists them.",
			"There is no such session."
		);
		return;
	}
	struct call *c = call_new(r, a, plan_delete, answer_delete);
	if (!c)
		return;
	c->target = id;
	call_begin(c);
}
