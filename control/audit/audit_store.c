// SPDX-License-Identifier: BSD-3-Clause

#include "control/audit/audit_store.h"

#include "control/clock.h"
#include "control/store/db.h"
#include "control/store/image.h"
#include "platform/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("audit");

#define HEAD_LINE 128
#define TRIM_EVERY 64 // rows
#define DAY_MS (24ull * 3600 * 1000)

static int
read_last(struct store_db *db, struct audit_head *ret) {
	sqlite3_stmt *s = db_statement(db, DB_LAST_AUDIT);
	int code = sqlite3_step(s);

	*ret = (struct audit_head){.hash = AUDIT_BEGINNING};
	if (code == SQLITE_ROW) {
		ret->seq = (uint64_t)sqlite3_column_int64(s, 0);
		snprintf(
			ret->hash,
			sizeof ret->hash,
			"%s",
			sqlite3_column_text(s, 1) ? (const char *)sqlite3_column_text(s, 1) : ""
		);
	}
	sqlite3_reset(s);
	return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : db_error(db);
}

// An entry of the gateway itself, about the trail.
static int
put_own(struct store_db *db, const char *operation, char *before, char *after) {
	static const struct audit_by by = {"gateway", "admin", "gateway", ""};
	struct audit_entry *e = audit_new(&by, operation, clock_wall_ns());

	if (!e) {
		free(before);
		free(after);
		return -ENOMEM;
	}
	e->before = before;
	e->after = after;
	int r = audit_put(db, e);
	audit_free(e);
	return r;
}

int
audit_open(struct store_db *db, const char *state_dir) {
	char path[1200];
	struct audit_head file = {.seq = 0};

	snprintf(db->state_dir, sizeof db->state_dir, "%s", state_dir);
	snprintf(path, sizeof path, "%s/" AUDIT_HEAD_FILE, state_dir);
	int r = read_last(db, &db->audit);
	if (r < 0)
		return r;
	int got = audit_read_head(path, &file);
	if (got == 0) {
		db->audit_file = file;
		if (file.seq > db->audit.seq)
			log_err("rows %" PRIu64 " to %" PRIu64
				" of the audit trail were removed: run spinctl audit verify",
				db->audit.seq + 1,
				file.seq);
		if (file.seq >= db->audit.seq && file.seq > 0)
			db->audit = file;
	} else if (db->audit.seq > 0) {
		log_err("%s cannot be read: %s: what was removed from the end of the audit trail "
			"does not show",
			path,
			strerror(-got));
		r = db_begin(db);
		if (r == 0)
			r = db_end(db, put_own(db, "missAuditHead", NULL, NULL));
	}
	audit_keep_head(db);
	return r;
}

static void
bind_text(sqlite3_stmt *s, int at, const char *text) {
	sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static void
bind_u64(sqlite3_stmt *s, int at, uint64_t value) {
	sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

static int
insert(struct store_db *db, const struct audit_entry *e) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_AUDIT);

	bind_u64(s, 1, e->seq);
	bind_u64(s, 2, e->time_ms);
	bind_text(s, 3, e->by.who);
	bind_text(s, 4, e->by.role);
	bind_text(s, 5, e->by.way);
	bind_text(s, 6, e->by.source);
	bind_text(s, 7, e->operation);
	bind_text(s, 8, e->objects.text);
	bind_text(s, 9, e->before);
	bind_text(s, 10, e->after);
	bind_text(s, 11, e->outcome);
	bind_text(s, 12, e->reason);
	bind_u64(s, 13, e->times);
	bind_u64(s, 14, e->change);
	bind_u64(s, 15, e->undoes);
	bind_text(s, 16, e->previous);
	bind_text(s, 17, e->hash);
	return db_run(db, s);
}

int
audit_put(struct store_db *db, struct audit_entry *e) {
	struct audit_head *end = &db->audit_next;
	struct json j;

	if (!e)
		return 0;
	e->seq = end->seq + 1;
	memcpy(e->previous, end->hash, sizeof e->previous);
	json_init(&j);
	audit_write(e, &j);
	if (!j.failed)
		audit_hash(e->previous, j.text, j.length, e->hash);
	bool failed = j.failed || !e->hash[0];
	json_free(&j);
	if (failed)
		return -ENOMEM;
	int r = insert(db, e);
	if (r < 0)
		return r;
	end->seq = e->seq;
	memcpy(end->hash, e->hash, sizeof end->hash);
	if (e->seq % TRIM_EVERY != 0)
		return 0;
	uint64_t now = clock_wall_ns() / NS_PER_MS;
	return audit_trim(
		db, AUDIT_ROWS_MAX, now > AUDIT_DAYS * DAY_MS ? now - AUDIT_DAYS * DAY_MS : 0
	);
}

static bool
ask(struct store_db *db, enum db_statement which, uint64_t a, uint64_t b, uint64_t *ret) {
	sqlite3_stmt *s = db_statement(db, which);

	bind_u64(s, 1, a);
	bind_u64(s, 2, b);
	bool found = sqlite3_step(s) == SQLITE_ROW && sqlite3_column_type(s, 0) != SQLITE_NULL;
	if (found)
		*ret = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return found;
}

static char *
trimmed(const char *format, uint64_t seq, const char *hash) {
	char text[HEAD_LINE + 64];

	snprintf(text, sizeof text, format, seq, hash);
	return strdup(text);
}

int
audit_trim(struct store_db *db, uint64_t rows_max, uint64_t oldest_ms) {
	uint64_t first, to = 0, old = 0;
	char hash[AUDIT_HASH] = "";

	if (!ask(db, DB_FIRST_AUDIT, 0, 0, &first))
		return 0;
	// The number of rows is estimated by their numbers: rows in between do not go.
	uint64_t rows = db->audit_next.seq - first + 1;
	if (rows > rows_max)
		to = first + (rows - rows_max) - 1;
	if (ask(db, DB_OLD_AUDIT, oldest_ms, 0, &old) && old > to)
		to = old;
	// A few at a time are not worth a row each.
	if (to < first + AUDIT_TRIM_ROWS / 10)
		return 0;
	to = MIN_OF(to, first + AUDIT_TRIM_ROWS - 1);
	sqlite3_stmt *s = db_statement(db, DB_AUDIT_HASH);
	bind_u64(s, 1, to);
	if (sqlite3_step(s) == SQLITE_ROW)
		snprintf(hash, sizeof hash, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_reset(s);
	if (!hash[0])
		return 0;
	int r =
		put_own(db,
			AUDIT_TRIM,
			trimmed("{\"from\":%" PRIu64 "%s}", first, ""),
			trimmed("{\"to\":%" PRIu64 ",\"hash\":\"%s\"}", to, hash));
	if (r < 0)
		return r;
	s = db_statement(db, DB_TRIM_AUDIT);
	bind_u64(s, 1, to);
	return db_run(db, s);
}

void
audit_keep_head(struct store_db *db) {
	char line[HEAD_LINE];
	const struct audit_head *h = &db->audit;

	if (db->audit_file.hash[0] && db->audit_file.seq == h->seq)
		return;
	int n = snprintf(line, sizeof line, "%" PRIu64 " %s\n", h->seq, h->hash);
	if (image_replace(db->state_dir, AUDIT_HEAD_FILE, line, (size_t)n) == 0)
		db->audit_file = *h;
}

int
store_run_audit(struct store_db *db, struct store_job *job) {
	struct store_audit *a = (struct store_audit *)(void *)job;
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, audit_put(db, a->entry));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}
