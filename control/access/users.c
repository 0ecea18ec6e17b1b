// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/api.h"
#include "control/access/secret.h"
#include "control/array.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/page.h"
#include "control/http/version.h"
#include "control/id.h"
#include "control/view.h"

#include <stdio.h>
#include <string.h>

#define USER_PREFIX "usr_"
#define CODE_MINUTES 10
#define CODE_MINUTES_MAX 1440

static bool
refuse_unknown(struct call *c) {
	call_refuse(
		c,
		PROBLEM_UNKNOWN_USER,
		"GET /api/v1/users lists them.",
		"There is no such account."
	);
	return false;
}

// The id in the path, or by name; 0 after the problem was answered.
static uint64_t
asked_user(struct http_request *r, const struct access *a) {
	const char *text = http_path(r, "user");
	uint64_t id;
	const struct user *u =
		id_parse(USER_PREFIX, text, &id) ? access_user(a, id) : access_user_named(a, text);
	if (u)
		return u->id;
	http_problem(
		r,
		PROBLEM_UNKNOWN_USER,
		"GET /api/v1/users lists them.",
		"There is no account \"%.40s\".",
		text
	);
	return 0;
}

// For the audit trail: what there was and is; NULL is nothing.
static void
note(struct http_request *r, const struct access *a, const struct user *was, const struct user *is
) {
	struct json before, after;

	json_init(&before);
	json_init(&after);
	if (was)
		view_user(a, was, &before);
	if (is)
		view_user(a, is, &after);
	http_note(r, was ? &before : NULL, is ? &after : NULL);
	json_free(&before);
	json_free(&after);
}

static void
reply_user(struct http_request *r, const struct access *a, uint64_t id, int status) {
	const struct user *u = access_user(a, id);
	struct json j;

	json_init(&j);
	view_user(a, u, &j);
	api_reply(r, status, &j);
}

static void
view_one_user(const struct core *c, const void *item, struct json *j) {
	view_user(&c->access, item, j);
}

void
access_api_list_users(struct http_request *r, void *core) {
	const struct access *a = access_of(core);
	struct page p;

	if (!page_begin(&p, r, core, USER_PREFIX, NULL, view_one_user))
		return;
	size_t i = array_position((void *const *)a->users, a->users_count, p.cursor + 1);
	while (i < a->users_count && page_take(&p, a->users[i]->id, a->users[i]))
		i++;
	page_end(&p);
}

void
access_api_get_user(struct http_request *r, void *core) {
	uint64_t id = asked_user(r, access_of(core));

	if (id)
		reply_user(r, access_of(core), id, 200);
}

// --- Create and change ---

struct body {
	struct json_text name, password, role;
	struct json_flag disabled, totp;
};

static const struct json_field create_fields[] = {
	{"name",
	 JSON_TEXT,
	 offsetof(struct body, name),
	 .required = true,
	 .min = 1,
	 .max = PRINCIPAL_NAME_MAX},
	{"password",
	 JSON_TEXT,
	 offsetof(struct body, password),
	 .required = true,
	 .min = PASSWORD_LEAST,
	 .max = PASSWORD_MOST},
	{"role", JSON_TEXT, offsetof(struct body, role), .required = true, .min = 1, .max = 16},
};
static const struct json_field edit_fields[] = {
	{"name", JSON_TEXT, offsetof(struct body, name), .min = 1, .max = PRINCIPAL_NAME_MAX},
	{"password",
	 JSON_TEXT,
	 offsetof(struct body, password),
	 .min = PASSWORD_LEAST,
	 .max = PASSWORD_MOST},
	{"role", JSON_TEXT, offsetof(struct body, role), .min = 1, .max = 16},
	{"disabled", JSON_FLAG, offsetof(struct body, disabled), .required = false},
	{"totp", JSON_FLAG, offsetof(struct body, totp), .required = false},
};

static bool
check_name(struct call *c, uint64_t own) {
	const struct user *same = access_user_named(c->access, c->name);

	if ((!same || same->id == own) && !access_token_named(c->access, c->name))
		return true;
	call_refuse(c, PROBLEM_NAME_CONFLICT, "Take another.", "Somebody has this name already.");
	return false;
}

static bool
check_hash(struct call *c) {
	if (c->hash.result == 0)
		return true;
	call_refuse(c, PROBLEM_INTERNAL, NULL, "The password cannot be hashed.");
	return false;
}

static bool
plan_create(struct call *c) {
	if (!check_name(c, 0) || !check_hash(c))
		return false;
	if (c->access->users_count >= ACCESS_USERS_MAX) {
		call_refuse(c, PROBLEM_TOO_MANY_ACCOUNTS, "Delete one first.", "There are 1000.");
		return false;
	}
	c->user = (struct user){.id = id_new(), .role = c->role};
	c->user.created_ns = c->user.password_ns = clock_wall_ns();
	memcpy(c->user.name, c->name, sizeof c->user.name);
	memcpy(c->user.password, c->hash.made, sizeof c->user.password);
	call_step(c, ACCOUNT_PUT_USER)->user = c->user;
	return true;
}

static void
answer_create(struct call *c, struct http_request *r) {
	call_tell(c, ACCESS_USER_CREATED, c->user.name);
	if (!r)
		return;
	note(r, c->access, NULL, &c->user);
	reply_user(r, c->access, c->user.id, 201);
}

static void
keep_password(struct call *c, const struct json_text *password) {
	if (!password->present)
		return;
	c->has_password = c->hash.makes = true;
	snprintf(c->hash.fresh, PASSWORD_BYTES, "%.511s", password->text);
}

void
access_api_create_user(struct http_request *r, void *core) {
	struct access *a = access_of(core);
	struct body body;
	enum role role;

	if (!http_read(r, create_fields, ARRAY_LEN(create_fields), &body)
	    || !access_name_fits(r, body.name.text, false)
	    || !access_role_fits(r, body.role.text, &role))
		return;
	struct call *c = call_new(r, a, plan_create, answer_create);
	if (!c)
		return;
	snprintf(c->name, sizeof c->name, "%.32s", body.name.text);
	c->role = role;
	keep_password(c, &body.password);
	explicit_bzero(&body, sizeof body);
	call_hash(c);
}

static bool
refuse_last(struct call *c) {
	call_refuse(
		c,
		PROBLEM_LAST_ADMIN,
		"Make somebody else an admin first.",
		"Without this account nobody could manage the gateway."
	);
	return false;
}

static bool
plan_edit(struct call *c) {
	const struct user *u = access_user(c->access, c->target);

	if (!u)
		return refuse_unknown(c);
	if (c->has_name && !check_name(c, u->id))
		return false;
	if (c->has_password && !check_hash(c))
		return false;
	c->user = c->was = *u;
	if (c->has_name)
		memcpy(c->user.name, c->name, sizeof c->user.name);
	if (c->has_role)
		c->user.role = c->role;
	if (c->has_disabled)
		c->user.disabled = c->disabled;
	if ((c->user.role != ROLE_ADMIN || c->user.disabled) && u->role == ROLE_ADMIN
	    && !access_has_admin(c->access, u))
		return refuse_last(c);
	if (c->has_password) {
		c->user.password_ns = clock_wall_ns();
		memcpy(c->user.password, c->hash.made, sizeof c->user.password);
	}
	if (c->ends_totp) {
		c->user.totp = false;
		c->user.recovery_count = 0;
		memset(c->user.totp_secret, 0, ACCOUNT_TOTP);
	}
	call_step(c, ACCOUNT_PUT_USER)->user = c->user;
	if (c->has_password || c->user.disabled) {
		struct account_step *gone = call_step(c, ACCOUNT_DROP_SESSIONS);
		gone->gone.id = u->id;
		gone->gone.except = c->user.disabled ? 0 : c->who.credential;
	}
	return true;
}

static void
answer_edit(struct call *c, struct http_request *r) {
	call_tell(c, c->has_password ? ACCESS_PASSWORD_CHANGED : ACCESS_USER_CHANGED, c->user.name);
	if (!r)
		return;
	note(r, c->access, &c->was, &c->user);
	version_wrote(r, container_of(c->access, struct core, access), c->user.id);
	reply_user(r, c->access, c->user.id, 200);
}

void
access_api_edit_user(struct http_request *r, void *core) {
	struct access *a = access_of(core);
	uint64_t id = asked_user(r, a);
	struct body body;
	enum role role = ROLE_NONE;

	if (!id || !http_read(r, edit_fields, ARRAY_LEN(edit_fields), &body)
	    || (body.name.present && !access_name_fits(r, body.name.text, false))
	    || (body.role.present && !access_role_fits(r, body.role.text, &role)))
		return;
	if (body.totp.present && body.totp.value) {
		http_problem_at(
			r,
			PROBLEM_BAD_VALUE,
			"totp",
			"Only false: who has the account switches codes on, in their own session.",
			"Codes cannot be switched on for somebody else."
		);
		return;
	}
	struct call *c = call_new(r, a, plan_edit, answer_edit);
	if (!c)
		return;
	c->target = id;
	c->role = role;
	c->has_role = body.role.present;
	c->has_name = body.name.present;
	c->has_disabled = body.disabled.present;
	c->disabled = body.disabled.present && body.disabled.value;
	c->ends_totp = body.totp.present;
	snprintf(c->name, sizeof c->name, "%.32s", c->has_name ? body.name.text : "");
	keep_password(c, &body.password);
	explicit_bzero(&body, sizeof body);
	if (c->has_password)
		call_hash(c);
	else
		call_begin(c);
}

static bool
plan_delete(struct call *c) {
	const struct user *u = access_user(c->access, c->target);

	if (!u)
		return refuse_unknown(c);
	if (u->role == ROLE_ADMIN && !access_has_admin(c->access, u))
		return refuse_last(c);
	c->was = *u;
	memcpy(c->name, u->name, sizeof c->name);
	call_step(c, ACCOUNT_DROP_USER)->gone.id = u->id;
	return true;
}

static void
answer_delete(struct call *c, struct http_request *r) {
	call_tell(c, ACCESS_USER_DELETED, c->name);
	if (!r)
		return;
	note(r, c->access, &c->was, NULL);
	http_reply_empty(r, 204);
}

void
access_api_delete_user(struct http_request *r, void *core) {
	struct access *a = access_of(core);
	uint64_t id = asked_user(r, a);
	struct call *c = id ? call_new(r, a, plan_delete, answer_delete) : NULL;

	if (!c)
		return;
	c->target = id;
	call_begin(c);
}

// --- A code that lets one browser in ---

struct code_body {
	struct json_number minutes;
};

static struct access_code *
room_for_code(struct access *a) {
	struct access_code *room = &a->codes[0];

	for (size_t i = 1; i < ACCESS_CODES_MAX; i++)
		if (!a->codes[i].user || (room->user && a->codes[i].expires_ns < room->expires_ns))
			room = &a->codes[i];
	return room;
}

void
access_api_login_code(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"minutes",
		 JSON_NUMBER,
		 offsetof(struct code_body, minutes),
		 .min = 1,
		 .max = CODE_MINUTES_MAX},
	};
	struct access *a = access_of(core);
	uint64_t id = asked_user(r, a);
	struct code_body body;
	char text[SECRET_CODE];
	struct json j;

	if (!id || !http_read(r, fields, 1, &body))
		return;
	if (!secret_code(text)) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "The kernel gives no random numbers.");
		return;
	}
	uint64_t minutes = body.minutes.present ? (uint64_t)body.minutes.value : CODE_MINUTES;
	struct access_code *code = room_for_code(a);
	code->user = id;
	code->expires_ns = clock_wall_ns() + minutes * 60 * NS_PER_S;
	secret_code_hash(text, code->hash);
	access_tell(
		a,
		ACCESS_LOGIN_CODE_MADE,
		http_principal(r),
		access_user(a, id)->name,
		http_source(r)
	);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "code", text);
	view_time(&j, "expires", code->expires_ns);
	json_end(&j);
	api_reply(r, 200, &j);
}
