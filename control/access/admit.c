// SPDX-License-Identifier: BSD-3-Clause
// The check before every handler: who asks, does the role fit, is it really their page, and where
// it matters, was the password given lately.
//
// A cookie goes with whatever a page makes the browser send; SameSite=Strict keeps other sites
// out, but not another port of this machine, so writes also carry a header that only a page that
// could read GET /api/v1/session knows.

#include "control/access/access.h"
#include "control/access/cookie.h"
#include "control/access/roles.h"
#include "control/access/secret.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/request.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define USED_STEP_NS (60 * NS_PER_S) // finer is not worth a write

static void
be_unix(const struct http_request *r, struct principal *ret) {
	uid_t uid = http_peer(r).uid;

	*ret = (struct principal){.role = ROLE_ADMIN, .kind = PRINCIPAL_UNIX};
	if (uid == 0)
		snprintf(ret->name, sizeof ret->name, "root");
	else
		snprintf(ret->name, sizeof ret->name, "uid %u", uid);
}

bool
access_is_token(struct access *a, const char *text, struct principal *ret) {
	uint64_t id, now = clock_wall_ns();
	uint8_t hash[ACCOUNT_HASH];

	if (!secret_parse(TOKEN_PREFIX, text, strlen(text), &id, hash))
		return false;
	struct token *t = access_token(a, id);
	if (!t || !secret_equal(t->hash, hash))
		return false;
	struct principal p = {
		.role = t->role, .kind = PRINCIPAL_TOKEN, .user = t->user, .credential = id};
	p.scopes = t->scopes;
	snprintf(p.name, sizeof p.name, "%s", t->name);
	if (!access_is_valid(a, &p))
		return false;
	if (now > t->used_ns + USED_STEP_NS) {
		t->used_ns = now;
		t->dirty = true;
	}
	*ret = p;
	return true;
}

static bool
be_session(struct access *a, const char *text, size_t length, struct principal *ret) {
	uint64_t id, now = clock_wall_ns();
	uint8_t hash[ACCOUNT_HASH];

	if (!secret_parse(SESSION_PREFIX, text, length, &id, hash))
		return false;
	struct session *s = access_session(a, id);
	const struct user *u = s ? access_user(a, s->user) : NULL;
	if (!u || !secret_equal(s->hash, hash))
		return false;
	struct principal p = {
		.role = u->role,
		.kind = PRINCIPAL_SESSION,
		.user = u->id,
		.credential = id,
		.password_ns = s->password_ns,
	};
	snprintf(p.name, sizeof p.name, "%s", u->name);
	if (!access_is_valid(a, &p))
		return false;
	if (now > s->used_ns + USED_STEP_NS) {
		s->used_ns = now;
		s->dirty = true;
	}
	*ret = p;
	return true;
}

static bool
be_ticket(const struct access *a, const char *text, struct principal *ret) {
	const struct ticket *t = ticket_find(&a->tickets, text, clock_wall_ns());

	if (!t || !access_is_valid(a, &t->maker))
		return false;
	*ret = t->maker;
	return true;
}

bool
access_identify(struct http_request *r, struct access *a, struct principal *ret) {
	static const char bearer[] = "bearer ";
	const char *authorization = http_header(r, "authorization");
	const char *value;
	size_t length;

	*ret = (struct principal){.role = ROLE_NONE};
	if (http_peer(r).kind == HTTP_PEER_UNIX) {
		be_unix(r, ret);
		return true;
	}
	if (http_peer(r).as) {
		*ret = *http_peer(r).as;
		return true;
	}
	if (authorization)
		return strncasecmp(authorization, bearer, sizeof bearer - 1) == 0
			&& (access_is_token(a, authorization + sizeof bearer - 1, ret)
			    || be_ticket(a, authorization + sizeof bearer - 1, ret));
	const char *cookies = http_header(r, "cookie");
	while (cookies && cookie_next(&cookies, cookie_name(r), &value, &length))
		if (be_session(a, value, length, ret))
			return true;
	return true;
}

static bool
refuse_nobody(struct http_request *r, const struct access *a) {
	http_add_header(r, "www-authenticate", "Bearer");
	if (a->users_count)
		http_problem(
			r,
			PROBLEM_LOGIN_NEEDED,
			"Log in, or send a token in the header Authorization: Bearer.",
			"Nobody is logged in here, or not any more."
		);
	else
		http_problem(
			r,
			PROBLEM_SETUP_REQUIRED,
			"Open the web interface and set one up with the code that `spinctl "
			"setup-code` prints, or act by spinctl as root.",
			"Nobody has an account yet."
		);
	return false;
}

static bool
is_write(const struct http_request *r) {
	const char *method = http_method(r);

	return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

// DESIGN 4, "Listening": until there are accounts, this machine only.
static bool
refuse_far(struct http_request *r) {
	http_problem(
		r,
		PROBLEM_DENIED,
		"Make it on the gateway itself, or through `ssh -L 13026:127.0.0.1:13026`.",
		"Until somebody has an account this gateway answers on its own loopback only."
	);
	return false;
}

static bool
check_csrf(struct http_request *r) {
	char want[2 * ACCOUNT_HASH + 1];
	const char *said = http_header(r, CSRF_HEADER);

	if (!is_write(r) || (cookie_csrf(r, want) && said && cookie_same(said, want)))
		return true;
	http_problem(
		r,
		PROBLEM_CSRF_NEEDED,
		"Send the value `csrf` of GET /api/v1/session in the header X-Spin-CSRF.",
		"A write by a session needs its header X-Spin-CSRF."
	);
	return false;
}

static bool
check_password(struct http_request *r, const struct principal *p) {
	uint64_t now = clock_wall_ns();

	if (!roles_need_password(http_operation(r))
	    || (p->password_ns <= now && now - p->password_ns < PASSWORD_RECENT_S * NS_PER_S))
		return true;
	http_problem(
		r,
		PROBLEM_PASSWORD_NEEDED,
		"POST it to /api/v1/session:reauthenticate, then try again.",
		"This needs your password within the last ten minutes."
	);
	return false;
}

// Only the ticket's own operation has a capture in its path for sure.
static bool
is_of_ticket(const struct http_request *r, const struct principal *p) {
	const char *operation = http_operation(r);
	bool own = strcmp(operation, TICKET_OPERATION) == 0;

	return ticket_allows(p, operation, own ? http_path(r, "capture") : NULL);
}

// A cookie's own page is known by its header.
static bool
is_by_cookie(const struct http_request *r, const struct principal *p) {
	return p->kind == PRINCIPAL_SESSION
		|| (p->kind == PRINCIPAL_HELP && !http_header(r, "authorization"));
}

bool
access_admit(struct http_request *r, void *core) {
	struct core *c = core;
	struct principal p;
	bool holds = access_identify(r, &c->access, &p);

	return access_check(r, c, &p, holds);
}

bool
access_check(struct http_request *r, struct core *c, struct principal *p, bool holds) {
	const struct access *a = &c->access;

	bool narrow = p->capture && !is_of_ticket(r, p);
	// Of what is open to all it sees what all see.
	if (narrow && roles_is_open(http_operation(r)))
		*p = (struct principal){.role = ROLE_NONE};
	http_set_principal(r, p);
	// The provider's door is for the provider, and not even a login stands open there.
	enum http_peer_kind door = http_peer(r).kind;
	bool foreign = door == HTTP_PEER_PROVIDER && p->role != ROLE_PROVIDER;
	bool open = roles_is_open(http_operation(r));
	if (door == HTTP_PEER_HOME && !a->users_count && (!open || is_write(r)))
		return refuse_far(r);
	if (!foreign && open)
		return true;
	if (!holds) {
		http_add_header(r, "www-authenticate", "Bearer error=\"invalid_token\"");
		http_problem(
			r,
			PROBLEM_BAD_TOKEN,
			"Make one: spinctl tokens add NAME.",
			"The token is unknown, has run out or was revoked."
		);
		return false;
	}
	if (p->role == ROLE_NONE)
		return refuse_nobody(r, a);
	if (foreign || !roles_allow(http_operation(r), p->role)) {
		http_problem(
			r,
			PROBLEM_DENIED,
			"Ask an admin of this gateway.",
			"The role %s may not do this.",
			role_name(p->role)
		);
		return false;
	}
	if (narrow || !roles_in_scope(http_operation(r), p->scopes)) {
		http_problem(
			r,
			PROBLEM_DENIED,
			"GET /api/v1/tokens says which; make another for more.",
			"This token is for less than that."
		);
		return false;
	}
	if (is_by_cookie(r, p) && !check_csrf(r))
		return false;
	return p->kind != PRINCIPAL_SESSION || check_password(r, p);
}
