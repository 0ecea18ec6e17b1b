// SPDX-License-Identifier: BSD-3-Clause
// Logging in and out, and giving the password again.

#include "control/access/api.h"
#include "control/access/cookie.h"
#include "control/access/secret.h"
#include "control/access/totp.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"

#include <stdio.h>
#include <string.h>

struct access *
access_of(void *core) {
	return &((struct core *)core)->access;
}

bool
access_may_try(struct http_request *r, struct access *a) {
	if (http_peer(r).kind == HTTP_PEER_UNIX)
		return true;
	unsigned int seconds = delay_attempt(&a->delay, http_source(r), clock_mono_ns());
	if (seconds)
		call_refuse_for(r, seconds);
	return seconds == 0;
}

// --- A new session ---

static struct session *
oldest_of(const struct access *a, uint64_t user) {
	struct session *oldest = NULL;
	unsigned int count = 0;

	for (size_t i = 0; i < a->sessions_count; i++) {
		struct session *s = a->sessions[i];
		if (s->user != user)
			continue;
		count++;
		if (!oldest || s->used_ns < oldest->used_ns)
			oldest = s;
	}
	return count < ACCESS_SESSIONS_OF ? NULL : oldest;
}

bool
session_open(struct call *c) {
	const struct session *oldest = oldest_of(c->access, c->user.id);
	struct session *s = &c->session;

	s->id = id_new();
	s->user = c->user.id;
	s->created_ns = s->used_ns = s->password_ns = c->user.login_ns = clock_wall_ns();
	snprintf(s->source, sizeof s->source, "%s", c->source);
	if (!secret_make(SESSION_PREFIX, s->id, c->secret, s->hash)) {
		call_refuse(c, PROBLEM_BUSY, "Try again.", "The kernel gives no random numbers.");
		return false;
	}
	call_step(c, ACCOUNT_PUT_USER)->user = c->user;
	call_step(c, ACCOUNT_PUT_SESSION)->session = *s;
	// What the browser had before is not carried on.
	if (c->who.kind == PRINCIPAL_SESSION)
		call_step(c, ACCOUNT_DROP_SESSION)->gone.id = c->who.credential;
	if (oldest && oldest->id != c->who.credential)
		call_step(c, ACCOUNT_DROP_SESSION)->gone.id = oldest->id;
	return true;
}

void
session_answer(struct call *c, struct http_request *r) {
	char csrf[2 * ACCOUNT_HASH + 1];
	struct principal p = {
		.kind = PRINCIPAL_SESSION,
		.role = c->user.role,
		.user = c->user.id,
		.credential = c->session.id,
	};
	struct json j;

	snprintf(p.name, sizeof p.name, "%s", c->user.name);
	delay_passed(&c->access->delay, c->source);
	if (!r)
		return;
	http_set_principal(r, &p); // for what is told of it
	cookie_set(r, c->secret, SESSION_DAYS * 86400);
	cookie_csrf_of(c->secret, csrf);
	json_init(&j);
	view_who(c->access, &p, csrf, &j);
	api_reply(r, 200, &j);
}

static void
note_agent(struct http_request *r, struct call *c) {
	const char *agent = http_header(r, "user-agent");
	size_t n = 0;

	for (const char *at = agent ? agent : ""; *at && n < sizeof c->session.agent - 1; at++)
		c->session.agent[n++] = *at >= ' ' && *at < 127 ? *at : '?';
}

// --- Log in ---

struct login {
	struct json_text name, password, totp, code;
};

static const struct json_field login_fields[] = {
	{"name", JSON_TEXT, offsetof(struct login, name), .min = 1, .max = PRINCIPAL_NAME_MAX},
	{"password", JSON_TEXT, offsetof(struct login, password), .min = 1, .max = PASSWORD_MOST},
	{"totp", JSON_TEXT, offsetof(struct login, totp), .max = 24},
	{"code", JSON_TEXT, offsetof(struct login, code), .min = 1, .max = 24},
};

static bool
fail(struct call *c) {
	call_tell(c, ACCESS_LOGIN_FAILED, c->name);
	call_refuse(
		c,
		PROBLEM_LOGIN_FAILED,
		"Try again; an admin can set a new password, or root: spinctl password reset NAME.",
		"The name, the password or the code is wrong."
	);
	return false;
}

static bool
plan_login(struct call *c) {
	const struct user *u = access_user(c->access, c->target);

	if (c->hash.result < 0 || !u || u->disabled || strcmp(u->password, c->hash.stored) != 0)
		return fail(c);
	c->user = *u;
	if (u->totp && !c->code[0]) {
		call_refuse(
			c,
			PROBLEM_CODE_NEEDED,
			"Send it as `totp`; a recovery code does as well.",
			"This account needs a code of its authenticator too."
		);
		return false;
	}
	if (u->totp && !totp_take(&c->user, c->code, clock_wall_ns()))
		return fail(c);
	return session_open(c);
}

static void
answer_login(struct call *c, struct http_request *r) {
	snprintf(c->who.name, sizeof c->who.name, "%s", c->user.name);
	call_tell(c, ACCESS_LOGGED_IN, c->user.name);
	session_answer(c, r);
}

static bool
plan_code(struct call *c) {
	const struct user *u = access_user(c->access, c->target);

	if (!u || u->disabled)
		return fail(c);
	c->user = *u;
	return session_open(c);
}

// The user whom the code lets in; the code is used up.
static uint64_t
take_code(struct access *a, const char *typed) {
	uint8_t hash[ACCOUNT_HASH];
	uint64_t user = 0, now = clock_wall_ns();

	secret_code_hash(typed, hash);
	for (size_t i = 0; i < ACCESS_CODES_MAX; i++) {
		struct access_code *code = &a->codes[i];
		if (!code->user || !secret_equal(code->hash, hash))
			continue;
		if (code->expires_ns > now)
			user = code->user;
		*code = (struct access_code){.user = 0};
	}
	return user;
}

void
access_api_login(struct http_request *r, void *core) {
	struct access *a = access_of(core);
	struct login body;

	if (!http_read(r, login_fields, ARRAY_LEN(login_fields), &body))
		return;
	if (body.code.present ? body.name.present || body.password.present
			      : !body.name.present || !body.password.present) {
		http_problem(
			r,
			PROBLEM_BAD_BODY,
			"Send {\"name\": …, \"password\": …}, or a login code as {\"code\": …}.",
			"The body says not who."
		);
		return;
	}
	if (!access_may_try(r, a))
		return;
	struct call *c = call_new(r, a, body.code.present ? plan_code : plan_login, answer_login);
	if (!c)
		return;
	note_agent(r, c);
	if (body.code.present) {
		c->target = take_code(a, body.code.text);
		snprintf(c->name, sizeof c->name, "a login code");
		call_begin(c);
		return;
	}
	const struct user *u = access_user_named(a, body.name.text);
	snprintf(c->name, sizeof c->name, "%.32s", body.name.text);
	snprintf(c->code, sizeof c->code, "%.24s", body.totp.present ? body.totp.text : "");
	c->hash.checks = true;
	c->target = u ? u->id : 0;
	snprintf(c->hash.given, PASSWORD_BYTES, "%.511s", body.password.text);
	snprintf(c->hash.stored, ACCOUNT_PASSWORD, "%s", u && !u->disabled ? u->password : "");
	explicit_bzero(&body, sizeof body);
	call_hash(c);
}

// --- The session ---

void
access_api_session(struct http_request *r, void *core) {
	const struct principal *p = http_principal(r);
	char csrf[2 * ACCOUNT_HASH + 1];
	bool is_browser = p->kind == PRINCIPAL_SESSION || p->kind == PRINCIPAL_HELP;
	bool has = is_browser && cookie_csrf(r, csrf);
	struct json j;

	json_init(&j);
	view_who(access_of(core), p, has ? csrf : NULL, &j);
	api_reply(r, 200, &j);
}

// Only a browser's session has a password to give and something to end.
static bool
need_session(struct http_request *r) {
	if (http_principal(r)->kind == PRINCIPAL_SESSION)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_REQUEST,
		"Log in with a name and a password first.",
		"This is for sessions, not for tokens or the unix socket."
	);
	return false;
}

static bool
plan_logout(struct call *c) {
	call_step(c, ACCOUNT_DROP_SESSION)->gone.id = c->who.credential;
	return true;
}

static void
answer_logout(struct call *c, struct http_request *r) {
	call_tell(c, ACCESS_LOGGED_OUT, c->who.name);
	if (!r)
		return;
	cookie_clear(r);
	http_reply_empty(r, 204);
}

void
access_api_logout(struct http_request *r, void *core) {
	struct call *c =
		need_session(r) ? call_new(r, access_of(core), plan_logout, answer_logout) : NULL;

	if (c)
		call_begin(c);
}

struct passwords {
	struct json_text password, fresh;
};

static const struct json_field password_fields[] = {
	{"password",
	 JSON_TEXT,
	 offsetof(struct passwords, password),
	 .required = true,
	 .min = 1,
	 .max = PASSWORD_MOST},
	{"new_password",
	 JSON_TEXT,
	 offsetof(struct passwords, fresh),
	 .required = true,
	 .min = PASSWORD_LEAST,
	 .max = PASSWORD_MOST},
};

static bool
plan_password(struct call *c) {
	const struct user *u = access_user(c->access, c->who.user);
	const struct session *s = access_session(c->access, c->who.credential);

	if (c->hash.result < 0 || !u || !s || strcmp(u->password, c->hash.stored) != 0) {
		call_tell(c, ACCESS_PASSWORD_REFUSED, c->who.name);
		call_refuse(c, PROBLEM_LOGIN_FAILED, "Try again.", "The password is wrong.");
		return false;
	}
	c->session = *s;
	c->session.password_ns = clock_wall_ns();
	call_step(c, ACCOUNT_PUT_SESSION)->session = c->session;
	if (!c->hash.makes)
		return true;
	c->user = *u;
	c->user.password_ns = c->session.password_ns;
	memcpy(c->user.password, c->hash.made, sizeof c->user.password);
	call_step(c, ACCOUNT_PUT_USER)->user = c->user;
	struct account_step *others = call_step(c, ACCOUNT_DROP_SESSIONS);
	others->gone.id = u->id;
	others->gone.except = s->id;
	return true;
}

static void
answer_password(struct call *c, struct http_request *r) {
	delay_passed(&c->access->delay, c->source);
	call_tell(c, c->hash.makes ? ACCESS_PASSWORD_CHANGED : ACCESS_PASSWORD_GIVEN, c->who.name);
	if (r)
		access_api_session(r, container_of(c->access, struct core, access));
}

static void
ask_password(struct http_request *r, struct access *a, bool fresh) {
	struct passwords body;
	const struct user *u = access_user(a, http_principal(r)->user);

	if (!need_session(r) || !http_read(r, password_fields, fresh ? 2 : 1, &body)
	    || !access_may_try(r, a))
		return;
	struct call *c = call_new(r, a, plan_password, answer_password);
	if (!c)
		return;
	c->hash.checks = true;
	c->hash.makes = fresh;
	snprintf(c->hash.given, PASSWORD_BYTES, "%.511s", body.password.text);
	snprintf(c->hash.fresh, PASSWORD_BYTES, "%.511s", fresh ? body.fresh.text : "");
	snprintf(c->hash.stored, ACCOUNT_PASSWORD, "%s", u ? u->password : "");
	explicit_bzero(&body, sizeof body);
	call_hash(c);
}

void
access_api_reauthenticate(struct http_request *r, void *core) {
	ask_password(r, access_of(core), false);
}

void
access_api_change_password(struct http_request *r, void *core) {
	ask_password(r, access_of(core), true);
}
