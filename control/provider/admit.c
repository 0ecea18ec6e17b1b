// SPDX-License-Identifier: BSD-3-Clause
// The door for those from outside: their role opens it only while they have a grant, and only to
// what the grant names.

#include "control/access/access.h"
#include "control/access/cookie.h"
#include "control/access/roles.h"
#include "control/access/secret.h"
#include "control/audit/audit.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/match.h"
#include "control/http/request.h"
#include "control/provider/help.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <stdlib.h>
#include <string.h>

static bool
refuse_right(struct http_request *r, enum right right) {
	http_problem(
		r,
		PROBLEM_NOT_GRANTED,
		"The household can allow it: POST /api/v1/provider:grant.",
		"It did not allow you to %s.",
		_(right_meaning(right))
	);
	return false;
}

// What a recording holds cannot be masked.
static bool
is_unmaskable(const struct grant *g, enum right right) {
	return right == RIGHT_CAPTURE && g->masked;
}

static bool
be_help(struct core *c, const char *secret, size_t length, struct principal *ret) {
	uint8_t hash[ACCOUNT_HASH];
	uint64_t id;

	struct help *h = secret_parse(HELP_PREFIX, secret, length, &id, hash)
		? help_by_id(c->provider, id)
		: NULL;
	if (!h || !h->used || !secret_equal(hash, h->hash))
		return false; // refused like any token that does not hold
	*ret = (struct principal
	){.role = ROLE_PROVIDER, .kind = PRINCIPAL_HELP, .credential = id, .name = "helpdesk"};
	return true;
}

// What a helpdesk's code became is nothing that accounts know of: a token, or a browser's cookie.
static bool
identify_help(struct http_request *r, struct core *c, struct principal *ret) {
	static const char scheme[] = "Bearer ";
	const char *said = http_header(r, "authorization");
	const char *cookies = http_header(r, "cookie");
	const char *value;
	size_t length;

	if (said) {
		value = said + sizeof scheme - 1;
		return strncmp(said, scheme, sizeof scheme - 1) == 0
			&& be_help(c, value, strlen(value), ret);
	}
	if (http_peer(r).kind == HTTP_PEER_UNIX)
		return false;
	while (cookies && cookie_next(&cookies, cookie_name(r), &value, &length))
		if (be_help(c, value, length, ret))
			return true;
	return false;
}

// A code is used without any: also at the provider's own door, where it is all that a login takes
// (api_log_in).
static bool
admit_code(struct http_request *r) {
	static const struct principal nobody = {.role = ROLE_NONE, .name = "helpdesk"};
	const char *operation = http_operation(r);
	bool login = http_peer(r).kind == HTTP_PEER_PROVIDER && strcmp(operation, "logIn") == 0;

	if (!login && strcmp(operation, "redeemHelp") != 0)
		return false;
	http_set_principal(r, &nobody);
	return true;
}

static bool
admit(struct http_request *r, struct core *c) {
	struct principal p;

	if (admit_code(r))
		return true;
	return identify_help(r, c, &p) ? access_check(r, c, &p, true) : access_admit(r, c);
}

// Who one is may always be asked, and ended.
static bool
is_own_session(const char *operation) {
	return strcmp(operation, "getSession") == 0 || strcmp(operation, "logOut") == 0;
}

// Whoever could say an address or MAC of the home would be answered its pseudonym, and could so
// try out whose it is.
static bool
tries_out(const struct http_request *r, struct core *c, const struct grant *g) {
	size_t length, n, target_length = strlen(http_target(r));
	const char *body = http_body(r, &length);
	char *target = malloc(target_length + 1);
	bool seen = false;
	struct mask m;

	provider_mask(c, g, http_who(r), &m);
	m.seen = &seen;
	if (!target
	    || !match_decode(http_target(r), target_length, true, target, target_length + 1))
		seen = true;
	else
		free(mask_plain(&m, target, strlen(target), &n));
	if (length > 0 && length <= HTTP_BODY_MAX) {
		free(mask_plain(&m, body, length, &n));
		free(mask_json(&m, body, length, &n)); // what hides behind escapes
	}
	mask_fini(&m);
	free(target);
	return seen;
}

bool
provider_admit(struct http_request *r, void *core) {
	struct core *c = core;
	const char *operation = http_operation(r);
	enum right right = RIGHT_NONE;

	if (!admit(r, c))
		return false;
	const struct principal *p = http_principal(r);
	if (p->role != ROLE_PROVIDER || roles_is_open(operation) || is_own_session(operation))
		return true;
	const struct grant *g = provider_grant(c, p);
	if (!g) {
		http_problem(
			r,
			PROBLEM_NO_CONSENT,
			"Ask the household to let you in, and for how long.",
			"The household does not let its provider in now."
		);
		return false;
	}
	if (!right_of(operation, &right) || !grant_has(g, right))
		return refuse_right(r, right);
	if (is_unmaskable(g, right)) {
		http_problem(
			r,
			PROBLEM_NOT_GRANTED,
			"Ask the household to show the names, too.",
			"A recording holds names and addresses that are masked for you."
		);
		return false;
	}
	// Of an incident the provider knows an address already, and is answered with counts alone.
	if (g->masked && strcmp(operation, "reportIncident") != 0 && tries_out(r, c, g)) {
		http_problem(
			r,
			PROBLEM_NOT_GRANTED,
			"Name devices and destinations by their ids.",
			"You may not name a MAC or an address of the home: they are masked for you."
		);
		return false;
	}
	return true;
}

// The one thing that a question is about; "" of none.
static const char *
subject_of(struct http_request *r) {
	char name[HTTP_PART_NAME];
	const char *value = http_path_at(r, 0, name);

	if (!value)
		value = http_query(r, "device");
	bool is_id = value && (strncmp(value, "dev_", 4) == 0 || strncmp(value, "dst_", 4) == 0);
	return is_id ? value : "";
}

// What it does has an entry each; what it looks at is counted.
static void
tell_of_look(struct http_request *r, struct core *c) {
	const char *operation = http_operation(r);
	struct audit_by by;

	if (http_principal(r)->role != ROLE_PROVIDER || roles_is_open(operation)
	    || strcmp(http_method(r), "GET") != 0)
		return;
	api_by(r, &by);
	audit_count(c, &by, operation, subject_of(r), "done", "");
}

// The order of names tells of them, too.
static bool
is_telling_order(struct http_request *r) {
	const char *sort = http_query(r, "sort");

	return sort && strcmp(sort + (sort[0] == '-'), "name") == 0;
}

bool
provider_asks(struct http_request *r, void *core) {
	static const char *const telling[] = {
		"name", "mac", "address", "hostname", "who", "author", "q", "search"};

	for (size_t i = 0; i < ARRAY_LEN(telling); i++)
		if (http_query(r, telling[i]) && provider_masks(r, core)) {
			http_problem(
				r,
				PROBLEM_NOT_GRANTED,
				"Ask without it, or ask the household to show the names.",
				"You may not look for a %s: it is masked for you.",
				telling[i]
			);
			return false;
		}
	if (is_telling_order(r) && provider_masks(r, core)) {
		http_problem(
			r,
			PROBLEM_NOT_GRANTED,
			"Sort by something else, or ask the household to show the names.",
			"You may not sort by name: names are masked for you."
		);
		return false;
	}
	tell_of_look(r, core);
	return true;
}
