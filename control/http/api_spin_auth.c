// SPDX-License-Identifier: BSD-3-Clause
// Who a client of the original SPIN is, and whether it may.
//
// The original's clients know neither our cookies' second half nor our tokens, and some of its GETs
// act, so what says that a page of ours asks is the browser itself: Origin and Sec-Fetch-Site.

#include "control/access/basic.h"
#include "control/access/roles.h"
#include "control/core.h"
#include "control/http/api_spin.h"

#include <stdio.h>
#include <string.h>

struct going {
	struct spin_ask *ask;
	void (*then)(struct spin_ask *a);
};

static bool
refuse(struct spin_ask *a, enum problem p, const char *hint, const char *detail) {
	char text[256];

	snprintf(text, sizeof text, "%s %s", detail, hint);
	http_set_refusal(a->r, p);
	spin_error(a, problem_status(p), text);
	return false;
}

// whence.c was asked already: what is left are links and forms of elsewhere, and other ports of
// this machine.  A cookie alone proves no page; a password or token may come from a program.
static bool
is_own_page(const struct http_request *r) {
	const char *site = http_header(r, "sec-fetch-site");
	const char *origin = http_header(r, "origin");

	if (site)
		return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
	return origin || http_principal(r)->kind != PRINCIPAL_SESSION;
}

static bool
may(struct spin_ask *a) {
	const struct principal *p = http_principal(a->r);
	const char *operation = http_operation(a->r);

	if (p->role != ROLE_VIEWER && p->role != ROLE_USER && p->role != ROLE_ADMIN)
		return refuse(
			a, PROBLEM_DENIED, "Ask an admin of this gateway.", "This is for the home."
		);
	if (!roles_allow(operation, p->role) || !roles_in_scope(operation, p->scopes))
		return refuse(
			a,
			PROBLEM_DENIED,
			"Ask an admin of this gateway.",
			"This account or token may not do this."
		);
	if (a->route->acts && !is_own_page(a->r))
		return refuse(
			a,
			PROBLEM_FOREIGN_ORIGIN,
			"Use the page that this server serves.",
			"A page of another web site may not use this server."
		);
	return true;
}

static void
on_basic(struct http_request *r, void *context) {
	struct going *g = context;

	(void)r;
	if (may(g->ask))
		g->then(g->ask);
}

static bool
is_open(const struct spin_ask *a) {
	const struct spin_config *c = &a->core->config->spin;

	return c->auth == SPIN_AUTH_OPEN && spin_from_has(&c->from, http_source(a->r));
}

static bool
refuse_nobody(struct spin_ask *a) {
	if (a->core->config->spin.auth == SPIN_AUTH_OPEN)
		return refuse(
			a,
			PROBLEM_DENIED,
			"List its network as spin_compat.from, or give an account.",
			"Clients without an account may not come from this address."
		);
	basic_challenge(a->r);
	return refuse(
		a,
		PROBLEM_LOGIN_NEEDED,
		"Give the name and the password of an account of this gateway.",
		"Nobody is logged in here, or not any more."
	);
}

bool
spin_admit(struct spin_ask *a, void (*then)(struct spin_ask *a)) {
	struct http_request *r = a->r;
	struct access *access = &a->core->access;
	enum http_peer_kind door = http_peer(r).kind;
	struct principal p;

	if (door == HTTP_PEER_PROVIDER || http_peer(r).as
	    || (door == HTTP_PEER_HOME && !access->users_count))
		return refuse(
			a,
			PROBLEM_DENIED,
			"Make an account on the gateway itself first.",
			"This is for the home, and for those who have an account."
		);
	bool holds = access_identify(r, access, &p);
	if (p.capture) // a ticket is for one capture of ours
		p = (struct principal){.role = ROLE_NONE};
	http_set_principal(r, &p);
	if (p.role != ROLE_NONE)
		return may(a);
	struct going *g = http_keep(r, sizeof *g, NULL);
	*g = (struct going){a, then};
	enum basic b = basic_admit(r, access, on_basic, g);
	if (b == BASIC_GOOD)
		return may(a);
	if (b != BASIC_NONE)
		return false;
	if (!holds || !is_open(a))
		return refuse_nobody(a);
	p = (struct principal){.role = ROLE_USER};
	snprintf(p.name, sizeof p.name, "SPIN client");
	http_set_principal(r, &p);
	return may(a);
}
