// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/api.h"
#include "control/access/roles.h"
#include "control/access/secret.h"
#include "control/array.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/page.h"
#include "control/id.h"

#include <stdio.h>
#include <string.h>

#define ID_PREFIX "tok_"
#define LEAST_S 60
#define MOST_S (3650ll * 86400)

static const struct token *
asked_token(struct http_request *r, const struct access *a) {
	const char *text = http_path(r, "token");
	uint64_t id;
	const struct token *t =
		id_parse(ID_PREFIX, text, &id) ? access_token(a, id) : access_token_named(a, text);
	if (!t)
		http_problem(
			r,
			PROBLEM_UNKNOWN_TOKEN,
			"GET /api/v1/tokens lists them.",
			"There is no token \"%.40s\".",
			text
		);
	return t;
}

static void
view_one_token(const struct core *c, const void *item, struct json *j) {
	view_token(&c->access, item, NULL, j);
}

void
access_api_list_tokens(struct http_request *r, void *core) {
	const struct access *a = access_of(core);
	struct page p;

	if (!page_begin(&p, r, core, ID_PREFIX, NULL, view_one_token))
		return;
	size_t i = array_position((void *const *)a->tokens, a->tokens_count, p.cursor + 1);
	while (i < a->tokens_count && page_take(&p, a->tokens[i]->id, a->tokens[i]))
		i++;
	page_end(&p);
}

void
access_api_get_token(struct http_request *r, void *core) {
	const struct token *t = asked_token(r, access_of(core));
	struct json j;

	if (!t)
		return;
	json_init(&j);
	view_token(access_of(core), t, NULL, &j);
	api_reply(r, 200, &j);
}

struct body {
	struct json_text name, role, scope;
	struct json_number expires_in;
};

static const struct json_field fields[] = {
	{"name",
	 JSON_TEXT,
	 offsetof(struct body, name),
	 .required = true,
	 .min = 1,
	 .max = PRINCIPAL_NAME_MAX},
	{"role", JSON_TEXT, offsetof(struct body, role), .required = true, .min = 1, .max = 16},
	{"scope", JSON_TEXT, offsetof(struct body, scope), .nullable = true, .min = 1, .max = 64},
	{"expires_in",
	 JSON_NUMBER,
	 offsetof(struct body, expires_in),
	 .nullable = true,
	 .min = LEAST_S,
	 .max = MOST_S},
};

// For the audit trail: the token that is made, or that was.
static void
note(struct http_request *r, const struct call *c, bool made) {
	struct json j;

	json_init(&j);
	view_token(c->access, &c->token, NULL, &j);
	http_note(r, made ? NULL : &j, made ? &j : NULL);
	json_free(&j);
}

static bool
plan_create(struct call *c) {
	struct access *a = c->access;
	struct token *t = &c->token;

	if (access_user_named(a, c->name) || access_token_named(a, c->name)) {
		call_refuse(
			c, PROBLEM_NAME_CONFLICT, "Take another.", "Somebody has this name already."
		);
		return false;
	}
	if (a->tokens_count >= ACCESS_TOKENS_MAX) {
		call_refuse(c, PROBLEM_TOO_MANY_ACCOUNTS, "Revoke one first.", "There are 10000.");
		return false;
	}
	*t = (struct token){.id = id_new(), .role = c->role, .user = c->who.user};
	t->scopes = c->scopes;
	t->created_ns = clock_wall_ns();
	t->expires_ns = c->seconds ? t->created_ns + c->seconds * NS_PER_S : 0;
	memcpy(t->name, c->name, sizeof t->name);
	if (!secret_make(TOKEN_PREFIX, t->id, c->secret, t->hash)) {
		call_refuse(c, PROBLEM_BUSY, "Try again.", "The kernel gives no random numbers.");
		return false;
	}
	call_step(c, ACCOUNT_PUT_TOKEN)->token = *t;
	return true;
}

static void
answer_create(struct call *c, struct http_request *r) {
	struct json j;

	call_tell(c, ACCESS_TOKEN_CREATED, c->token.name);
	if (!r)
		return;
	note(r, c, true);
	json_init(&j);
	view_token(c->access, &c->token, c->secret, &j);
	api_reply(r, 201, &j);
}

void
access_api_create_token(struct http_request *r, void *core) {
	struct body body;
	enum role role;
	uint32_t scopes = 0;

	if (!http_read(r, fields, ARRAY_LEN(fields), &body)
	    || !access_name_fits(r, body.name.text, true)
	    || !access_role_fits(r, body.role.text, &role))
		return;
	if (body.scope.present && !body.scope.null && !scopes_parse(body.scope.text, &scopes)) {
		http_problem_at(
			r,
			PROBLEM_BAD_VALUE,
			"scope",
			"Write one or more of see, act, system, parted by spaces; null: all that "
			"the "
			"role may.",
			"There is no such scope."
		);
		return;
	}
	struct call *c = call_new(r, access_of(core), plan_create, answer_create);
	if (!c)
		return;
	snprintf(c->name, sizeof c->name, "%.32s", body.name.text);
	c->role = role;
	c->scopes = scopes;
	c->seconds = body.expires_in.present && !body.expires_in.null
		? (uint64_t)body.expires_in.value
		: 0;
	call_begin(c);
}

static bool
plan_delete(struct call *c) {
	const struct token *t = access_token(c->access, c->target);

	if (!t) {
		call_refuse(
			c,
			PROBLEM_UNKNOWN_TOKEN,
			"GET /api/v1/tokens lists them.",
			"There is no such token."
		);
		return false;
	}
	c->token = *t;
	memcpy(c->name, t->name, sizeof c->name);
	call_step(c, ACCOUNT_DROP_TOKEN)->gone.id = t->id;
	return true;
}

static void
answer_delete(struct call *c, struct http_request *r) {
	call_tell(c, ACCESS_TOKEN_REVOKED, c->name);
	if (!r)
		return;
	note(r, c, false);
	http_reply_empty(r, 204);
}

void
access_api_delete_token(struct http_request *r, void *core) {
	const struct token *t = asked_token(r, access_of(core));
	struct call *c = t ? call_new(r, access_of(core), plan_delete, answer_delete) : NULL;

	if (!c)
		return;
	c->target = t->id;
	call_begin(c);
}
