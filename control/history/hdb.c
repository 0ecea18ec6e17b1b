// SPDX-License-Identifier: BSD-3-Clause
// synchronous=NORMAL: a power cut may cost the last seconds, never the file; nobody was told that a
// second of history is saved.  The WAL is capped, so that a full disk is not filled by a log.

#include "control/history/hdb.h"

#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_VERSION 1
#define DAY_S 86400u
// Bare addresses of a scan must not fill the table; domains go on to PLACES_MAX.
#define PLACES_ADDRESSES_MAX 200000
#define PLACES_MAX 262144
#define PAGE_BYTES 4096

const uint32_t tier_step_s[TIERS] = {10, 60, 3600, DAY_S};
const uint32_t tier_keep_s[TIERS] = {2 * 3600, DAY_S, 31 * DAY_S, 0};
const char *const tier_names[TIERS] = {"10s", "1m", "1h", "1d"};

static const char schema[] =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
	"CREATE TABLE devices(n INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, last INTEGER);"
	"CREATE TABLE places(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL,"
	" id INTEGER, last INTEGER, UNIQUE(kind, name));"
	"CREATE TABLE tier0(key INTEGER PRIMARY KEY, body BLOB NOT NULL);"
	"CREATE TABLE tier1(key INTEGER PRIMARY KEY, body BLOB NOT NULL);"
	"CREATE TABLE tier2(key INTEGER PRIMARY KEY, body BLOB NOT NULL);"
	"CREATE TABLE tier3(key INTEGER PRIMARY KEY, body BLOB NOT NULL);"
	"CREATE TABLE flows(id INTEGER PRIMARY KEY, device INTEGER NOT NULL, place INTEGER,"
	" level INTEGER, body BLOB NOT NULL);"
	"CREATE TABLE bases(n INTEGER PRIMARY KEY, body BLOB NOT NULL);"
	"PRAGMA user_version=1;"
	"COMMIT;";

const char *
place_kind_name(enum place_kind k) {
	static const char *const names[] = {
		"other", "domain", "address", "organisation", "country"};

	return names[k < PLACE_KIND_COUNT ? k : PLACE_OTHER];
}

int
hdb_error(struct hdb *db) {
	int code = db->sqlite ? sqlite3_extended_errcode(db->sqlite) : SQLITE_CANTOPEN;
	const char *what = db->sqlite ? sqlite3_errmsg(db->sqlite) : "cannot be opened";

	switch (code & 0xff) {
	case SQLITE_FULL:
		snprintf(db->message, sizeof db->message, "there is no room for more");
		return -ENOSPC;
	case SQLITE_NOMEM:
		snprintf(db->message, sizeof db->message, "out of memory");
		return -ENOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		db->damaged = db->reopen = true;
		snprintf(db->message, sizeof db->message, "it is damaged: %.120s", what);
		return -EBADMSG;
	case SQLITE_READONLY:
		db->reopen = true;
		snprintf(db->message, sizeof db->message, "it cannot be written: %.120s", what);
		return -EROFS;
	}
	db->reopen = true;
	snprintf(db->message, sizeof db->message, "it failed: %.120s", what);
	return -EIO;
}

sqlite3_stmt *
hdb_statement(struct hdb *db, enum hdb_statement which) {
	sqlite3_stmt *s = db->statements[which];

	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return s;
}

int
hdb_run(struct hdb *db, sqlite3_stmt *s) {
	int r = sqlite3_step(s) == SQLITE_DONE ? 0 : hdb_error(db);

	sqlite3_reset(s);
	return r;
}

int
hdb_exec(struct hdb *db, const char *sql) {
	return sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : hdb_error(db);
}

int
hdb_begin(struct hdb *db) {
	return hdb_run(db, hdb_statement(db, HDB_BEGIN));
}

int
hdb_end(struct hdb *db, int r) {
	if (r == 0)
		r = hdb_run(db, hdb_statement(db, HDB_COMMIT));
	if (r < 0 && !sqlite3_get_autocommit(db->sqlite)) {
		char why[sizeof db->message];
		memcpy(why, db->message, sizeof why);
		hdb_run(db, hdb_statement(db, HDB_ROLLBACK));
		memcpy(db->message, why, sizeof why);
	}
	return r;
}

int
hdb_ask(struct hdb *db, const char *sql, uint64_t *ret) {
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db->sqlite, sql, -1, &s, NULL) != SQLITE_OK)
		return hdb_error(db);
	int code = sqlite3_step(s);
	int r = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : hdb_error(db);
	*ret = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
	sqlite3_finalize(s);
	return r;
}

int
hdb_put_meta(struct hdb *db, const char *key, uint64_t value) {
	sqlite3_stmt *s = hdb_statement(db, HDB_PUT_META);

	sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)value);
	return hdb_run(db, s);
}

uint64_t
hdb_meta(struct hdb *db, const char *key) {
	char sql[96];
	uint64_t value = 0;

	snprintf(sql, sizeof sql, "SELECT value FROM meta WHERE key='%.40s'", key);
	hdb_ask(db, sql, &value);
	return value;
}

static int
prepare(struct hdb *db) {
	static const char *const texts[] = {
#define X(id, text) text,
		HDB_STATEMENTS(X)
#undef X
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (sqlite3_prepare_v3(
			    db->sqlite,
			    texts[i],
			    -1,
			    SQLITE_PREPARE_PERSISTENT,
			    &db->statements[i],
			    NULL
		    )
		    != SQLITE_OK)
			return hdb_error(db);
	return 0;
}

static int
set_up(struct hdb *db, uint64_t size_max) {
	char sql[400];
	uint64_t version = 0;

	// Twice the size at most: what is over is removed by age first.  No auto_vacuum: what is
	// removed is used again, and a page that maps others would be written with each new one.
	snprintf(
		sql,
		sizeof sql,
		"PRAGMA page_size=%d; PRAGMA journal_mode=WAL;"
		"PRAGMA synchronous=NORMAL; PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=1000;"
		"PRAGMA journal_size_limit=4194304; PRAGMA temp_store=MEMORY;"
		"PRAGMA cache_size=-4096; PRAGMA max_page_count=%llu",
		PAGE_BYTES,
		(unsigned long long)(2 * size_max / PAGE_BYTES)
	);
	int r = hdb_exec(db, sql);
	if (r == 0)
		r = hdb_ask(db, "PRAGMA user_version", &version);
	if (r == 0 && version == 0)
		r = hdb_exec(db, schema);
	if (r == 0 && version > SCHEMA_VERSION) {
		snprintf(
			db->message,
			sizeof db->message,
			"it was written by a newer release (schema %llu, this one knows %d)",
			(unsigned long long)version,
			SCHEMA_VERSION
		);
		r = -EINVAL;
	}
	return r;
}

static int
open_file(struct hdb *db, const char *file, int flags) {
	*db = (struct hdb){.reopen = false};
	if (sqlite3_open_v2(file, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		sqlite3_extended_result_codes(db->sqlite, 1);
		sqlite3_busy_timeout(db->sqlite, 2000);
		return 0;
	}
	return hdb_error(db);
}

static void
close_keeping(struct hdb *db) {
	char why[sizeof db->message];
	bool damaged = db->damaged;

	memcpy(why, db->message, sizeof why);
	hdb_close(db);
	memcpy(db->message, why, sizeof why);
	db->damaged = damaged;
}

int
hdb_open(struct hdb *db, const char *file, uint64_t size_max) {
	int r = open_file(db, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	if (r == 0)
		r = set_up(db, size_max);
	if (r == 0)
		r = prepare(db);
	if (r == 0)
		r = hdb_ask(db, "SELECT count(*) FROM places", &db->places);
	if (r < 0) {
		close_keeping(db);
		return r;
	}
	db->rolled_s[1] = hdb_meta(db, "rolled1");
	db->rolled_s[2] = hdb_meta(db, "rolled2");
	db->rolled_s[3] = hdb_meta(db, "rolled3");
	return 0;
}

int
hdb_open_reader(struct hdb *db, const char *file) {
	int r = open_file(db, file, SQLITE_OPEN_READONLY);

	if (r == 0)
		r = hdb_exec(
			db,
			"PRAGMA query_only=1; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
			"PRAGMA cache_size=-8192"
		);
	if (r == 0)
		r = prepare(db);
	if (r < 0)
		close_keeping(db);
	return r;
}

void
hdb_close(struct hdb *db) {
	for (size_t i = 0; i < HDB_STATEMENT_COUNT; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->sqlite);
	bytes_free(&db->packed);
	bucket_free(&db->one);
	*db = (struct hdb){.reopen = true};
}

// --- Numbers ---

static int
first_number(struct hdb *db, enum hdb_statement which, uint32_t *ret) {
	sqlite3_stmt *s = hdb_statement(db, which);
	int code = sqlite3_step(s);
	int r = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : hdb_error(db);

	*ret = code == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(s, 0) : 0;
	sqlite3_reset(s);
	return r;
}

int
hdb_device(struct hdb *db, uint64_t id, uint64_t now_s, uint32_t *ret) {
	sqlite3_stmt *s = hdb_statement(db, HDB_FIND_DEVICE);
	uint64_t day = now_s / DAY_S * DAY_S;

	sqlite3_bind_int64(s, 1, (sqlite3_int64)id);
	int code = sqlite3_step(s);
	uint32_t n = code == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(s, 0) : 0;
	uint64_t last = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 1) : 0;
	int r = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : hdb_error(db);
	sqlite3_reset(s);
	if (r == 0 && n == 0) {
		r = first_number(db, HDB_NEXT_DEVICE, &n);
		if (r == 0 && n > TIER_DEVICES_MAX)
			r = first_number(db, HDB_FREE_DEVICE, &n);
		if (r == 0 && n == 0) {
			snprintf(db->message, sizeof db->message, "it holds too many devices");
			r = -ENOSPC;
		}
	}
	if (r == 0 && last < day) {
		s = hdb_statement(db, HDB_PUT_DEVICE);
		sqlite3_bind_int64(s, 1, n);
		sqlite3_bind_int64(s, 2, (sqlite3_int64)id);
		sqlite3_bind_int64(s, 3, (sqlite3_int64)day);
		r = hdb_run(db, s);
	}
	*ret = n;
	return r;
}

static int
make_place(
	struct hdb *db,
	enum place_kind kind,
	const char *name,
	uint64_t id,
	uint64_t day,
	uint32_t *ret
) {
	*ret = BUCKET_PLACE_OTHER;
	if (db->places >= (kind == PLACE_ADDRESS ? PLACES_ADDRESSES_MAX : PLACES_MAX))
		return 0;
	sqlite3_stmt *s = hdb_statement(db, HDB_PUT_PLACE);
	sqlite3_bind_int(s, 1, (int)kind);
	sqlite3_bind_text(s, 2, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 3, (sqlite3_int64)id);
	sqlite3_bind_int64(s, 4, (sqlite3_int64)day);
	int r = hdb_run(db, s);
	if (r < 0)
		return r;
	db->places++;
	*ret = (uint32_t)sqlite3_last_insert_rowid(db->sqlite);
	return 0;
}

int
hdb_place(
	struct hdb *db,
	enum place_kind kind,
	const char *name,
	uint64_t id,
	uint64_t now_s,
	uint32_t *ret
) {
	uint64_t day = now_s / DAY_S * DAY_S;

	*ret = BUCKET_PLACE_OTHER;
	if (kind == PLACE_OTHER)
		return 0;
	sqlite3_stmt *s = hdb_statement(db, HDB_FIND_PLACE);
	sqlite3_bind_int(s, 1, (int)kind);
	sqlite3_bind_text(s, 2, name, -1, SQLITE_STATIC);
	int code = sqlite3_step(s);
	if (code == SQLITE_DONE) {
		sqlite3_reset(s);
		return make_place(db, kind, name, id, day, ret);
	}
	int r = code == SQLITE_ROW ? 0 : hdb_error(db);
	uint32_t n = code == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(s, 0) : 0;
	uint64_t last = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 1) : 0;
	uint64_t known = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 2) : 0;
	sqlite3_reset(s);
	if (r == 0 && (last < day || known != id)) {
		s = hdb_statement(db, HDB_TOUCH_PLACE);
		sqlite3_bind_int64(s, 1, (sqlite3_int64)id);
		sqlite3_bind_int64(s, 2, (sqlite3_int64)day);
		sqlite3_bind_int64(s, 3, n);
		r = hdb_run(db, s);
	}
	*ret = n;
	return r;
}
