// SPDX-License-Identifier: BSD-3-Clause
// Kinds stand there by their keys, so that a row outlives a release that orders them otherwise; a
// row of a kind that is not known any more is left out.

#include "control/store/notices.h"

#include "control/store/db.h"

#include <stdio.h>
#include <string.h>

static void
bind_u64(sqlite3_stmt *s, int at, uint64_t value) {
	sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

static uint64_t
u64_column(sqlite3_stmt *s, int at) {
	return (uint64_t)sqlite3_column_int64(s, at);
}

static int
put_notice(struct store_db *db, const struct notice *n) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_NOTICE);

	bind_u64(s, 1, n->id);
	sqlite3_bind_text(s, 2, notify_kind_row(n->kind)->key, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 3, notice_outcome_word(n->outcome), -1, SQLITE_STATIC);
	bind_u64(s, 4, n->read);
	bind_u64(s, 5, n->device);
	bind_u64(s, 6, n->count);
	bind_u64(s, 7, n->first_ns);
	bind_u64(s, 8, n->last_ns);
	bind_u64(s, 9, n->ended_ns);
	for (unsigned int i = 0; i < n->args_count; i++)
		sqlite3_bind_text(s, 10 + (int)i, n->args[i], -1, SQLITE_STATIC);
	return db_run(db, s);
}

static int
put_mute(struct store_db *db, const struct notify_mute *m) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_MUTE);

	bind_u64(s, 1, m->id);
	if (m->kind >= 0) {
		const char *key = notify_kind_row((enum notify_kind)m->kind)->key;
		sqlite3_bind_text(s, 2, key, -1, SQLITE_STATIC);
	}
	bind_u64(s, 3, m->device);
	sqlite3_bind_text(s, 4, m->first, -1, SQLITE_STATIC);
	bind_u64(s, 5, m->until_ns);
	bind_u64(s, 6, m->expected);
	return db_run(db, s);
}

static int
drop(struct store_db *db, enum db_statement which, uint64_t id) {
	sqlite3_stmt *s = db_statement(db, which);

	bind_u64(s, 1, id);
	return db_run(db, s);
}

static int
write_notices(struct store_db *db, const struct store_notices *w) {
	int r = 0;

	for (size_t i = 0; i < w->notices_count && r == 0; i++)
		r = put_notice(db, &w->notices[i]);
	for (size_t i = 0; i < w->gone_count && r == 0; i++)
		r = drop(db, DB_DROP_NOTICE, w->gone[i]);
	if (r == 0 && w->mutes)
		r = put_mute(db, &w->mute);
	if (r == 0 && w->unmutes)
		r = drop(db, DB_DROP_MUTE, w->unmutes);
	return r;
}

int
store_run_notices(struct store_db *db, struct store_job *job) {
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, write_notices(db, (const struct store_notices *)(const void *)job));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}

static void
copy_text(sqlite3_stmt *s, int at, char into[NOTICE_ARG]) {
	const unsigned char *text = sqlite3_column_text(s, at);

	snprintf(into, NOTICE_ARG, "%s", text ? (const char *)text : "");
}

static bool
read_notice(sqlite3_stmt *s, struct notice *ret) {
	const char *key = (const char *)sqlite3_column_text(s, 1);
	const char *outcome = (const char *)sqlite3_column_text(s, 2);

	*ret = (struct notice){
		.id = u64_column(s, 0),
		.read = sqlite3_column_int(s, 3),
		.device = u64_column(s, 4),
		.count = u64_column(s, 5),
		.first_ns = u64_column(s, 6),
		.last_ns = u64_column(s, 7),
		.ended_ns = u64_column(s, 8),
	};
	while (ret->args_count < NOTICE_ARGS
	       && sqlite3_column_type(s, 9 + (int)ret->args_count) != SQLITE_NULL) {
		copy_text(s, 9 + (int)ret->args_count, ret->args[ret->args_count]);
		ret->args_count++;
	}
	return key && outcome && notify_kind_parse(key, &ret->kind)
		&& notice_outcome_parse(outcome, &ret->outcome);
}

static bool
read_mute(sqlite3_stmt *s, struct notify_mute *ret) {
	const char *key = (const char *)sqlite3_column_text(s, 1);
	enum notify_kind kind;

	*ret = (struct notify_mute){
		.id = u64_column(s, 0),
		.kind = -1,
		.device = u64_column(s, 2),
		.until_ns = u64_column(s, 4),
		.expected = sqlite3_column_int(s, 5),
	};
	copy_text(s, 3, ret->first);
	if (!key)
		return true;
	if (!notify_kind_parse(key, &kind))
		return false;
	ret->kind = (int)kind;
	return true;
}

int
store_load_notices(
	struct store *st,
	void (*notice)(void *context, const struct notice *n),
	void (*mute)(void *context, const struct notify_mute *m),
	void *context,
	char ret_error[STORE_ERROR]
) {
	static const char *const texts[] = {
		"SELECT id,kind,outcome,read,device,count,first,last,ended,a0,a1,a2,a3 "
		"FROM notices ORDER BY id",
		"SELECT id,kind,device,first,until,expected FROM mutes ORDER BY id",
	};
	struct store_db *db = store_database(st);
	struct notify_mute m;
	struct notice n;
	int r = 0;

	for (int which = 0; which < 2 && r == 0; which++) {
		sqlite3_stmt *s;
		int code;
		if (sqlite3_prepare_v2(db->sqlite, texts[which], -1, &s, NULL) != SQLITE_OK) {
			r = db_error(db);
			break;
		}
		while ((code = sqlite3_step(s)) == SQLITE_ROW)
			if (which == 0 && read_notice(s, &n))
				notice(context, &n);
			else if (which == 1 && read_mute(s, &m))
				mute(context, &m);
		r = code == SQLITE_DONE ? 0 : db_error(db);
		sqlite3_finalize(s);
	}
	if (r < 0)
		snprintf(ret_error, STORE_ERROR, "state.db: %s Restore a backup.", db->message);
	return r;
}
