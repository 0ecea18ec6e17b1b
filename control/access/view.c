// SPDX-License-Identifier: BSD-3-Clause

#include "control/view.h"

#include "control/access/api.h"
#include "control/access/roles.h"

#define USER_PREFIX "usr_"

static void
name_of(const struct access *a, uint64_t user, const char *key, struct json *j) {
	const struct user *u = user ? access_user(a, user) : NULL;

	json_key_string(j, key, u ? u->name : NULL);
}

void
view_who(const struct access *a, const struct principal *p, const char *csrf, struct json *j) {
	static const char *const kinds[] = {
		[PRINCIPAL_NOBODY] = "nobody",
		[PRINCIPAL_UNIX] = "unix",
		[PRINCIPAL_SESSION] = "session",
		[PRINCIPAL_TOKEN] = "token",
		[PRINCIPAL_BROKER] = "broker",
		[PRINCIPAL_HELP] = "help",
	};
	bool is_session = p->kind == PRINCIPAL_SESSION;
	const struct session *s = is_session ? access_session(a, p->credential) : NULL;
	const struct token *t = p->kind == PRINCIPAL_TOKEN ? access_token(a, p->credential) : NULL;
	const struct user *u = p->user ? access_user(a, p->user) : NULL;

	json_object(j);
	json_key_string(j, "kind", kinds[p->kind]);
	json_key_string(j, "name", p->name);
	json_key_string(j, "role", role_name(p->role));
	view_id(j, "user", USER_PREFIX, p->user);
	json_key_string(j, "csrf", csrf);
	view_time(j, "expires", s ? access_session_expires(s) : t ? t->expires_ns : 0);
	view_time(j, "password_until", s ? s->password_ns + PASSWORD_RECENT_S * NS_PER_S : 0);
	json_key_bool(j, "totp", u && u->totp);
	json_end(j);
}

void
view_user(const struct access *a, const struct user *u, struct json *j) {
	uint64_t sessions = 0, used = u->login_ns;

	for (size_t i = 0; i < a->sessions_count; i++)
		if (a->sessions[i]->user == u->id) {
			sessions++;
			used = MAX_OF(used, a->sessions[i]->used_ns);
		}
	json_object(j);
	view_id(j, "id", USER_PREFIX, u->id);
	json_key_string(j, "name", u->name);
	json_key_string(j, "role", role_name(u->role));
	json_key_bool(j, "disabled", u->disabled);
	json_key_bool(j, "totp", u->totp);
	view_time(j, "created", u->created_ns);
	view_time(j, "password_set", u->password_ns);
	view_time(j, "last_login", u->login_ns);
	view_time(j, "last_used", used);
	json_key_u64(j, "sessions", sessions);
	json_end(j);
}

void
view_token(const struct access *a, const struct token *t, const char *secret, struct json *j) {
	char scope[SCOPE_TEXT];

	json_object(j);
	view_id(j, "id", "tok_", t->id);
	json_key_string(j, "name", t->name);
	json_key_string(j, "role", role_name(t->role));
	json_key_string(j, "scope", t->scopes ? scopes_text(t->scopes, scope) : NULL);
	name_of(a, t->user, "owner", j);
	view_time(j, "created", t->created_ns);
	view_time(j, "expires", t->expires_ns);
	view_time(j, "last_used", t->used_ns);
	if (secret)
		json_key_string(j, "secret", secret);
	json_end(j);
}

void
view_session(const struct access *a, const struct session *s, uint64_t own, struct json *j) {
	json_object(j);
	view_id(j, "id", SESSION_PREFIX, s->id);
	name_of(a, s->user, "user", j);
	json_key_bool(j, "current", s->id == own);
	view_time(j, "created", s->created_ns);
	view_time(j, "last_used", s->used_ns);
	view_time(j, "expires", access_session_expires(s));
	json_key_string(j, "source", s->source);
	json_key_string(j, "agent", s->agent);
	json_end(j);
}
