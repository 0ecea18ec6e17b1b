// SPDX-License-Identifier: BSD-3-Clause
// The first account, by a code that only who can read the journal, or is root, knows.

#include "control/access/api.h"
#include "control/access/secret.h"
#include "control/clock.h"
#include "control/http/api.h"
#include "control/id.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool
access_name_fits(struct http_request *r, const char *name, bool token) {
	static const char *const taken[] = {
		"root",
		"uid",
		"nobody",
		"somebody",
		"spin",
		"system",
		"provider",
		"loopback",
		"clock"};
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";
	size_t n = strlen(name);
	const char *hint = "A name has 1 to 32 letters, digits, '.', '_', '-' or '@', and begins "
			   "with a letter.";
	bool fits = n > 0 && n <= PRINCIPAL_NAME_MAX && strspn(name, letters) == n
		&& strchr(letters, name[0]) < strchr(letters, '0');

	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		if (strcasecmp(taken[i], name) == 0) {
			fits = false;
			hint = "This name stands for something else; take another.";
		}
	if (!fits)
		http_problem_at(
			r,
			PROBLEM_BAD_VALUE,
			"name",
			hint,
			token ? "No name of a token." : "No name of a user."
		);
	return fits;
}

bool
access_role_fits(struct http_request *r, const char *text, enum role *ret) {
	if (role_parse(text, ret))
		return true;
	http_problem_at(
		r,
		PROBLEM_BAD_VALUE,
		"role",
		"The roles are viewer, user, admin, provider and metrics.",
		"There is no such role."
	);
	return false;
}

static void
refuse_set_up(struct http_request *r) {
	http_problem(r, PROBLEM_ALREADY_SET_UP, "Log in.", "Somebody has an account already.");
}

void
access_api_setup_code(struct http_request *r, void *core) {
	struct access *a = access_of(core);
	struct json j;

	if (http_peer(r).kind != HTTP_PEER_UNIX) {
		http_problem(
			r,
			PROBLEM_DENIED,
			"Run spinctl setup-code as root on the gateway.",
			"The setup code is told over the unix socket only."
		);
		return;
	}
	if (!a->setup_code[0]) {
		refuse_set_up(r);
		return;
	}
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "code", a->setup_code);
	json_end(&j);
	api_reply(r, 200, &j);
}

struct first {
	struct json_text code, name, password;
};

static const struct json_field first_fields[] = {
	{"code", JSON_TEXT, offsetof(struct first, code), .required = true, .min = 1, .max = 24},
	{"name",
	 JSON_TEXT,
	 offsetof(struct first, name),
	 .required = true,
	 .min = 1,
	 .max = PRINCIPAL_NAME_MAX},
	{"password",
	 JSON_TEXT,
	 offsetof(struct first, password),
	 .required = true,
	 .min = PASSWORD_LEAST,
	 .max = PASSWORD_MOST},
};

static bool
plan_first(struct call *c) {
	struct access *a = c->access;

	if (a->users_count || access_token_named(a, c->name)) {
		bool set_up = a->users_count;
		call_refuse(
			c,
			set_up ? PROBLEM_ALREADY_SET_UP : PROBLEM_NAME_CONFLICT,
			set_up ? "Log in." : "Take another name.",
			set_up ? "Somebody has an account already." : "A token has this name."
		);
		return false;
	}
	if (c->hash.result < 0) {
		call_refuse(c, PROBLEM_INTERNAL, NULL, "The password cannot be hashed.");
		return false;
	}
	c->user = (struct user){.id = id_new(), .role = ROLE_ADMIN};
	c->user.created_ns = c->user.password_ns = clock_wall_ns();
	memcpy(c->user.name, c->name, sizeof c->user.name);
	memcpy(c->user.password, c->hash.made, sizeof c->user.password);
	return session_open(c);
}

static void
answer_first(struct call *c, struct http_request *r) {
	snprintf(c->who.name, sizeof c->who.name, "%s", c->user.name);
	call_tell(c, ACCESS_SET_UP, c->user.name);
	session_answer(c, r);
}

void
access_api_set_up(struct http_request *r, void *core) {
	struct access *a = access_of(core);
	uint8_t given[ACCOUNT_HASH], wanted[ACCOUNT_HASH];
	struct first body;

	if (!http_read(r, first_fields, ARRAY_LEN(first_fields), &body)
	    || !access_name_fits(r, body.name.text, false))
		return;
	if (!a->setup_code[0]) {
		refuse_set_up(r);
		return;
	}
	if (!access_may_try(r, a))
		return;
	secret_code_hash(body.code.text, given);
	secret_code_hash(a->setup_code, wanted);
	if (!secret_equal(given, wanted)) {
		access_tell(a, ACCESS_LOGIN_FAILED, http_principal(r), "the setup", http_source(r));
		http_add_header(r, "www-authenticate", "Bearer");
		http_problem(
			r,
			PROBLEM_LOGIN_FAILED,
			"It stands in the journal, and `spinctl setup-code` prints it.",
			"The setup code is wrong."
		);
		return;
	}
	struct call *c = call_new(r, a, plan_first, answer_first);
	if (!c)
		return;
	snprintf(c->name, sizeof c->name, "%.32s", body.name.text);
	snprintf(c->hash.fresh, PASSWORD_BYTES, "%.511s", body.password.text);
	c->hash.makes = true;
	explicit_bzero(&body, sizeof body);
	call_hash(c);
}
