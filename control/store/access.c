// SPDX-License-Identifier: BSD-3-Clause
// Users, sessions and tokens.  What was used last is updated, never put: a row that was dropped
// meanwhile must not come back.

#include "control/store/db.h"

#include <stdio.h>
#include <string.h>

static void
bind_u64(sqlite3_stmt *s, int at, uint64_t value) {
	sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

static void
bind_text(sqlite3_stmt *s, int at, const char *text) {
	sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static int
put_user(struct store_db *db, const struct user *u) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_USER);

	bind_u64(s, 1, u->id);
	bind_text(s, 2, u->name);
	bind_text(s, 3, role_name(u->role));
	bind_u64(s, 4, u->disabled);
	bind_text(s, 5, u->password);
	bind_u64(s, 6, u->created_ns);
	bind_u64(s, 7, u->password_ns);
	bind_u64(s, 8, u->login_ns);
	bind_u64(s, 9, u->totp);
	sqlite3_bind_blob(s, 10, u->totp_secret, sizeof u->totp_secret, SQLITE_STATIC);
	bind_u64(s, 11, u->totp_step);
	sqlite3_bind_blob(
		s, 12, u->recovery, (int)(u->recovery_count * sizeof u->recovery[0]), SQLITE_STATIC
	);
	return db_run(db, s);
}

static int
put_session(struct store_db *db, const struct session *t) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_SESSION);

	bind_u64(s, 1, t->id);
	bind_u64(s, 2, t->user);
	sqlite3_bind_blob(s, 3, t->hash, sizeof t->hash, SQLITE_STATIC);
	bind_u64(s, 4, t->created_ns);
	bind_u64(s, 5, t->used_ns);
	bind_u64(s, 6, t->password_ns);
	bind_text(s, 7, t->source);
	bind_text(s, 8, t->agent);
	return db_run(db, s);
}

static int
put_token(struct store_db *db, const struct token *t) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_TOKEN);

	bind_u64(s, 1, t->id);
	bind_text(s, 2, t->name);
	bind_text(s, 3, role_name(t->role));
	bind_u64(s, 4, t->user);
	sqlite3_bind_blob(s, 5, t->hash, sizeof t->hash, SQLITE_STATIC);
	bind_u64(s, 6, t->created_ns);
	bind_u64(s, 7, t->used_ns);
	bind_u64(s, 8, t->expires_ns);
	bind_u64(s, 9, t->scopes);
	return db_run(db, s);
}

static int
run_with(struct store_db *db, enum db_statement which, uint64_t first, uint64_t second) {
	sqlite3_stmt *s = db_statement(db, which);

	bind_u64(s, 1, first);
	if (sqlite3_bind_parameter_count(s) > 1)
		bind_u64(s, 2, second);
	return db_run(db, s);
}

static int
take_step(struct store_db *db, const struct account_step *step) {
	int r;

	switch (step->kind) {
	case ACCOUNT_PUT_USER:
		return put_user(db, &step->user);
	case ACCOUNT_DROP_USER:
		r = run_with(db, DB_DROP_USER_SESSIONS, step->gone.id, 0);
		r = r < 0 ? r : run_with(db, DB_DROP_USER_TOKENS, step->gone.id, 0);
		return r < 0 ? r : run_with(db, DB_DROP_USER, step->gone.id, 0);
	case ACCOUNT_PUT_SESSION:
		return put_session(db, &step->session);
	case ACCOUNT_DROP_SESSION:
		return run_with(db, DB_DROP_SESSION, step->gone.id, 0);
	case ACCOUNT_DROP_SESSIONS:
		return run_with(db, DB_DROP_USER_SESSIONS, step->gone.id, step->gone.except);
	case ACCOUNT_PUT_TOKEN:
		return put_token(db, &step->token);
	case ACCOUNT_DROP_TOKEN:
		return run_with(db, DB_DROP_TOKEN, step->gone.id, 0);
	case ACCOUNT_USED_SESSION:
		return run_with(db, DB_USED_SESSION, step->used.id, step->used.ns);
	case ACCOUNT_USED_TOKEN:
		return run_with(db, DB_USED_TOKEN, step->used.id, step->used.ns);
	}
	return 0;
}

int
store_run_access(struct store_db *db, struct store_job *job) {
	const struct store_access *a = (const struct store_access *)(const void *)job;
	int r = db_begin(db);

	if (r == 0) {
		for (size_t i = 0; i < a->count && r == 0; i++)
			r = take_step(db, &a->steps[i]);
		r = db_end(db, r);
	}
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}

// --- Reading ---

static void
text_column(sqlite3_stmt *s, int at, char *into, size_t room) {
	const unsigned char *text = sqlite3_column_text(s, at);

	snprintf(into, room, "%s", text ? (const char *)text : "");
}

static uint64_t
u64_column(sqlite3_stmt *s, int at) {
	return (uint64_t)sqlite3_column_int64(s, at);
}

static bool
hash_column(sqlite3_stmt *s, int at, void *into, int length) {
	if (sqlite3_column_bytes(s, at) != length)
		return false;
	memcpy(into, sqlite3_column_blob(s, at), (size_t)length);
	return true;
}

static bool
role_column(sqlite3_stmt *s, int at, enum role *ret) {
	const char *text = (const char *)sqlite3_column_text(s, at);

	return text && role_parse(text, ret);
}

// A row that makes no sense any more lets nobody in.
static bool
read_user(sqlite3_stmt *s, struct account_step *ret) {
	struct user *u = &ret->user;

	*ret = (struct account_step){.kind = ACCOUNT_PUT_USER};
	u->id = u64_column(s, 0);
	text_column(s, 1, u->name, sizeof u->name);
	u->disabled = sqlite3_column_int(s, 3);
	text_column(s, 4, u->password, sizeof u->password);
	u->created_ns = u64_column(s, 5);
	u->password_ns = u64_column(s, 6);
	u->login_ns = u64_column(s, 7);
	u->totp = sqlite3_column_int(s, 8);
	u->totp_step = u64_column(s, 10);
	int bytes = sqlite3_column_bytes(s, 11);
	if (bytes > 0 && bytes <= (int)sizeof u->recovery && bytes % ACCOUNT_HASH == 0) {
		memcpy(u->recovery, sqlite3_column_blob(s, 11), (size_t)bytes);
		u->recovery_count = (unsigned int)bytes / ACCOUNT_HASH;
	}
	return role_column(s, 2, &u->role) && hash_column(s, 9, u->totp_secret, ACCOUNT_TOTP);
}

static bool
read_session(sqlite3_stmt *s, struct account_step *ret) {
	struct session *t = &ret->session;

	*ret = (struct account_step){.kind = ACCOUNT_PUT_SESSION};
	t->id = u64_column(s, 0);
	t->user = u64_column(s, 1);
	t->created_ns = u64_column(s, 3);
	t->used_ns = u64_column(s, 4);
	t->password_ns = u64_column(s, 5);
	text_column(s, 6, t->source, sizeof t->source);
	text_column(s, 7, t->agent, sizeof t->agent);
	return hash_column(s, 2, t->hash, ACCOUNT_HASH);
}

static bool
read_token(sqlite3_stmt *s, struct account_step *ret) {
	struct token *t = &ret->token;

	*ret = (struct account_step){.kind = ACCOUNT_PUT_TOKEN};
	t->id = u64_column(s, 0);
	text_column(s, 1, t->name, sizeof t->name);
	t->user = u64_column(s, 3);
	t->created_ns = u64_column(s, 5);
	t->used_ns = u64_column(s, 6);
	t->expires_ns = u64_column(s, 7);
	t->scopes = (uint32_t)u64_column(s, 8);
	return role_column(s, 2, &t->role) && hash_column(s, 4, t->hash, ACCOUNT_HASH);
}

static const struct {
	const char *sql;
	bool (*read)(sqlite3_stmt *s, struct account_step *ret);
} tables[] = {
	{"SELECT id,name,role,disabled,password,created,password_set,login,totp,totp_secret,"
	 "totp_step,recovery FROM users",
	 read_user},
	{"SELECT id,user,hash,created,used,password_given,source,agent FROM sessions",
	 read_session},
	{"SELECT id,name,role,user,hash,created,used,expires,scopes FROM tokens", read_token},
};

int
store_load_access(
	struct store *st,
	void (*found)(void *context, const struct account_step *step),
	void *context,
	char ret_error[STORE_ERROR]
) {
	struct store_db *db = store_database(st);

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		sqlite3_stmt *s;
		struct account_step step;
		int code = sqlite3_prepare_v2(db->sqlite, tables[i].sql, -1, &s, NULL);
		while (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
			if (tables[i].read(s, &step))
				found(context, &step);
			code = SQLITE_OK;
		}
		int r = code == SQLITE_DONE ? 0 : db_error(db);
		sqlite3_finalize(s);
		if (r < 0) {
			snprintf(
				ret_error,
				STORE_ERROR,
				"state.db: %s Restore a backup.",
				db->message
			);
			return r;
		}
	}
	return 0;
}
