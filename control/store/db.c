// SPDX-License-Identifier: BSD-3-Clause
// locking_mode=EXCLUSIVE keeps the WAL's index in memory, so that a state directory holds two files
// and a second control on the same directory is told so.  The WAL is checkpointed early, because
// a small state file system must not fill up with a log.

#include "control/store/db.h"

#include "control/store/recover.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/policy_image.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// What leads from each version of the schema to the next; an empty file has version 0.
static const char *const steps[] = {
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
	"CREATE TABLE devices(id INTEGER PRIMARY KEY, mac BLOB NOT NULL UNIQUE, side INTEGER,"
	" user_name TEXT, hostname TEXT, hostname_source INTEGER, profile TEXT,"
	" first_seen INTEGER, last_seen INTEGER);"
	"CREATE TABLE destinations(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
	" name TEXT NOT NULL, user_name TEXT, family INTEGER, address BLOB,"
	" first_seen INTEGER, last_seen INTEGER, UNIQUE(kind, name));"
	"CREATE TABLE peers(device INTEGER NOT NULL, family INTEGER NOT NULL,"
	" address BLOB NOT NULL, names BLOB NOT NULL, seen INTEGER,"
	" PRIMARY KEY(device, family, address));"
	"CREATE TABLE rules(id INTEGER PRIMARY KEY, action INTEGER NOT NULL,"
	" device INTEGER NOT NULL, destination INTEGER NOT NULL, created INTEGER,"
	" author TEXT, UNIQUE(action, device, destination));"
	"CREATE TABLE changes(id INTEGER PRIMARY KEY, time INTEGER, kind INTEGER,"
	" device INTEGER, destination INTEGER, action INTEGER, made INTEGER, rule INTEGER,"
	" undoes INTEGER, author TEXT, name_was TEXT, name_now TEXT, profile_was TEXT,"
	" profile_now TEXT, undone INTEGER, rule_created INTEGER);",

	"ALTER TABLE devices ADD COLUMN up_bps INTEGER;"
	"ALTER TABLE devices ADD COLUMN down_bps INTEGER;"
	"ALTER TABLE devices ADD COLUMN new_flows INTEGER;"
	"ALTER TABLE changes ADD COLUMN up_was INTEGER;"
	"ALTER TABLE changes ADD COLUMN down_was INTEGER;"
	"ALTER TABLE changes ADD COLUMN new_flows_was INTEGER;"
	"ALTER TABLE changes ADD COLUMN up_now INTEGER;"
	"ALTER TABLE changes ADD COLUMN down_now INTEGER;"
	"ALTER TABLE changes ADD COLUMN new_flows_now INTEGER;",

	// Rules say more than whom and what: their text is JSON (control/rule_json.h) from here on,
	// NULL in rows from before.
	"ALTER TABLE rules RENAME TO rules_before;"
	"CREATE TABLE rules(id INTEGER PRIMARY KEY, action INTEGER NOT NULL,"
	" device INTEGER NOT NULL, destination INTEGER NOT NULL, created INTEGER,"
	" author TEXT, body TEXT);"
	"INSERT INTO rules SELECT id,action,device,destination,created,author,NULL"
	" FROM rules_before;"
	"DROP TABLE rules_before;"
	"CREATE TABLE rule_state(id INTEGER PRIMARY KEY, active INTEGER, hits INTEGER,"
	" last_hit INTEGER);"
	"CREATE TABLE pending(change INTEGER PRIMARY KEY, deadline INTEGER NOT NULL);"
	"CREATE TABLE choices(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
	"ALTER TABLE changes ADD COLUMN rule_was TEXT;"
	"ALTER TABLE changes ADD COLUMN rule_now TEXT;"
	"ALTER TABLE changes ADD COLUMN text_was TEXT;"
	"ALTER TABLE changes ADD COLUMN text_now TEXT;",
	"ALTER TABLE devices ADD COLUMN joined INTEGER;"
	"ALTER TABLE devices ADD COLUMN kind TEXT;"
	"ALTER TABLE devices ADD COLUMN presence BLOB;"
	"ALTER TABLE changes ADD COLUMN joined_was INTEGER;"
	"ALTER TABLE changes ADD COLUMN kind_was TEXT;"
	"ALTER TABLE changes ADD COLUMN joined_now INTEGER;"
	"ALTER TABLE changes ADD COLUMN kind_now TEXT;"
	"CREATE TABLE facts(device INTEGER NOT NULL, clue TEXT NOT NULL, source TEXT NOT NULL,"
	" text TEXT NOT NULL, first_seen INTEGER, last_seen INTEGER,"
	" PRIMARY KEY(device, clue, source, text)) WITHOUT ROWID;",

	"CREATE TABLE learnings(device INTEGER PRIMARY KEY, began INTEGER, until INTEGER,"
	" left_out INTEGER);"
	"CREATE TABLE learned(device INTEGER NOT NULL, n INTEGER NOT NULL, object INTEGER,"
	" name TEXT, family INTEGER, address BLOB, protocol INTEGER, port INTEGER,"
	" began_there INTEGER, first_seen INTEGER, last_seen INTEGER, packets INTEGER,"
	" PRIMARY KEY(device, n)) WITHOUT ROWID;",

	"CREATE TABLE notices(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, outcome TEXT NOT NULL,"
	" read INTEGER, device INTEGER, count INTEGER, first INTEGER, last INTEGER,"
	" ended INTEGER, a0 TEXT, a1 TEXT, a2 TEXT, a3 TEXT);"
	"CREATE TABLE mutes(id INTEGER PRIMARY KEY, kind TEXT, device INTEGER, first TEXT,"
	" until INTEGER, expected INTEGER);",

	"CREATE TABLE audit(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, who TEXT NOT NULL,"
	" role TEXT NOT NULL, way TEXT NOT NULL, source TEXT NOT NULL, operation TEXT NOT NULL,"
	" objects TEXT NOT NULL, before TEXT, after TEXT, outcome TEXT NOT NULL,"
	" reason TEXT NOT NULL, times INTEGER NOT NULL, change INTEGER NOT NULL,"
	" undoes INTEGER NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL);",

	"ALTER TABLE devices ADD COLUMN privacy INTEGER;"
	"ALTER TABLE changes ADD COLUMN privacy_was INTEGER;"
	"ALTER TABLE changes ADD COLUMN privacy_now INTEGER;",
	"CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
	" role TEXT NOT NULL, disabled INTEGER, password TEXT NOT NULL, created INTEGER,"
	" password_set INTEGER, login INTEGER, totp INTEGER, totp_secret BLOB,"
	" totp_step INTEGER, recovery BLOB);"
	"CREATE TABLE sessions(id INTEGER PRIMARY KEY, user INTEGER NOT NULL, hash BLOB NOT NULL,"
	" created INTEGER, used INTEGER, password_given INTEGER, source TEXT, agent TEXT);"
	"CREATE TABLE tokens(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
	" role TEXT NOT NULL, user INTEGER NOT NULL, hash BLOB NOT NULL, created INTEGER,"
	" used INTEGER, expires INTEGER);",

	"CREATE TABLE provider(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);",

	"ALTER TABLE tokens ADD COLUMN scopes INTEGER;",
};

#define SCHEMA_VERSION ((int)ARRAY_LEN(steps))

int
db_schema_version(void) {
	return SCHEMA_VERSION;
}

int
db_error(struct store_db *db) {
	int code = sqlite3_extended_errcode(db->sqlite);

	switch (code & 0xff) {
	case SQLITE_FULL:
		snprintf(
			db->message,
			sizeof db->message,
			N_("The disk of the state directory is full.")
		);
		return -ENOSPC;
	case SQLITE_NOMEM:
		snprintf(db->message, sizeof db->message, "Out of memory.");
		return -ENOMEM;
	}
	snprintf(
		db->message,
		sizeof db->message,
		"The state database failed: %.120s.",
		sqlite3_errmsg(db->sqlite)
	);
	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
		db->broken = true;
	return -EIO;
}

sqlite3_stmt *
db_statement(struct store_db *db, enum db_statement which) {
	sqlite3_stmt *s = db->statements[which];

	if (s) { // none while the disk fails: it steps to an error
		sqlite3_reset(s);
		sqlite3_clear_bindings(s);
	}
	return s;
}

int
db_run(struct store_db *db, sqlite3_stmt *s) {
	int r = sqlite3_step(s) == SQLITE_DONE ? 0 : db_error(db);

	sqlite3_reset(s);
	return r;
}

int
db_begin(struct store_db *db) {
	if (db->broken && db_recover(db) < 0) {
		snprintf(
			db->message,
			sizeof db->message,
			N_("An earlier write to the state database failed, and the disk does not "
			   "work yet: check it; storing goes on by itself.")
		);
		return -EROFS;
	}
	db->audit_next = db->audit;
	return db_run(db, db_statement(db, DB_BEGIN));
}

int
db_end(struct store_db *db, int r) {
	if (r == 0)
		r = db_run(db, db_statement(db, DB_COMMIT));
	if (r == 0)
		db->audit = db->audit_next;
	if (r < 0 && !sqlite3_get_autocommit(db->sqlite)) {
		char why[sizeof db->message];
		memcpy(why, db->message, sizeof why);
		db_run(db, db_statement(db, DB_ROLLBACK));
		memcpy(db->message, why, sizeof why);
	}
	return r;
}

static int
prepare(struct store_db *db) {
	static const char *const texts[] = {
#define X(id, text) text,
		DB_STATEMENTS(X)
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
			return db_error(db);
	return 0;
}

static int
ask_number(struct store_db *db, const char *sql, int *ret) {
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db->sqlite, sql, -1, &s, NULL) != SQLITE_OK)
		return db_error(db);
	int r = sqlite3_step(s) == SQLITE_ROW ? 0 : db_error(db);
	if (r == 0)
		*ret = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return r;
}

// Every page of it: the file is small, and a damaged one must not pass as an empty one.
static int
check_integrity(struct store_db *db) {
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db->sqlite, "PRAGMA quick_check(1)", -1, &s, NULL) != SQLITE_OK)
		return db_error(db);
	int r = -EIO;
	if (sqlite3_step(s) != SQLITE_ROW)
		db_error(db);
	else if (strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0)
		r = 0;
	else
		snprintf(
			db->message,
			sizeof db->message,
			"The state database is damaged: %.120s.",
			(const char *)sqlite3_column_text(s, 0)
		);
	sqlite3_finalize(s);
	return r;
}

// All the way or not at all.
static int
upgrade(struct store_db *db, int version) {
	char *whole = sqlite3_mprintf("BEGIN IMMEDIATE;");

	for (int v = version; v < SCHEMA_VERSION && whole; v++) {
		char *longer = sqlite3_mprintf("%s%s", whole, steps[v]);
		sqlite3_free(whole);
		whole = longer;
	}
	char *sql = whole
		? sqlite3_mprintf("%sPRAGMA user_version=%d;COMMIT;", whole, SCHEMA_VERSION)
		: NULL;
	int r = -ENOMEM;
	if (sql)
		r = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(db);
	sqlite3_free(whole);
	sqlite3_free(sql);
	return r;
}

// A rules image is written only after its rules were stored: where one lies beside an empty
// database, the database was lost, and starting with it would open every block.
static bool
lost(const char *file, int version) {
	char image[PATH_MAX];
	const char *name = strrchr(file, '/');
	int directory = name ? (int)(name + 1 - file) : 0;

	snprintf(image, sizeof image, "%.*s%s", directory, file, POLICY_RULES_FILE);
	return version == 0 && access(image, F_OK) == 0;
}

static int
set_up(struct store_db *db, const char *file) {
	int version = 0;

	sqlite3_extended_result_codes(db->sqlite, 1);
	if (sqlite3_exec(
		    db->sqlite,
		    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA "
		    "synchronous=FULL;"
		    "PRAGMA mmap_size=0;"
		    "PRAGMA journal_size_limit=131072; PRAGMA temp_store=MEMORY;",
		    NULL,
		    NULL,
		    NULL
	    )
	    != SQLITE_OK)
		return db_error(db);
	int r = ask_number(db, "PRAGMA user_version", &version);
	if (r < 0)
		return r;
	if (lost(file, version)) {
		snprintf(
			db->message,
			sizeof db->message,
			"It is empty, but " POLICY_RULES_FILE " beside it holds rules."
		);
		return -ENODATA;
	}
	if (version > SCHEMA_VERSION) {
		snprintf(
			db->message,
			sizeof db->message,
			"It was written by a newer release (schema %d, this one knows %d).",
			version,
			SCHEMA_VERSION
		);
		return -EINVAL;
	}
	if ((r = check_integrity(db)) < 0)
		return r;
	if (version < SCHEMA_VERSION && (r = upgrade(db, version)) < 0)
		return r;
	int page = 0;
	if ((r = ask_number(db, "PRAGMA page_size", &page)) < 0)
		return r;
	db->page_bytes = (uint64_t)page;
	return prepare(db);
}

int
db_open(struct store_db *db, const char *file, char ret_error[STORE_ERROR]) {
	*db = (struct store_db){.broken = false};
	snprintf(db->file, sizeof db->file, "%s", file);
	int code = sqlite3_open_v2(
		file,
		&db->sqlite,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
		NULL
	);
	int r = code == SQLITE_OK ? set_up(db, file) : db_error(db);
	if (r == 0) {
		db_watch_log(db);
		return 0;
	}
	code = sqlite3_errcode(db->sqlite) & 0xff;
	const char *hint = "Check the directory and its rights.";
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		hint = "Another spin-control uses this state directory: stop it, or give this one "
		       "its own --state-dir.";
	else if (code == SQLITE_FULL || r == -ENOSPC)
		hint = "Free some space there, or choose another --state-dir.";
	else if (code == SQLITE_READONLY)
		hint = "Make the directory and its files writable for this user, or choose "
		       "another --state-dir.";
	else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || r == -EIO || r == -ENODATA)
		hint = "Names and rules cannot be read; the dataplane keeps its last rules.  "
		       "Restore a backup (spin-control --restore FILE), or move " POLICY_RULES_FILE
		       " and state.db away to "
		       "start without names and rules.";
	else if (r == -EINVAL)
		hint = "Install that release again.";
	snprintf(ret_error, STORE_ERROR, "%.160s: %.140s %.200s", file, db->message, hint);
	db_close(db);
	return r;
}

void
db_close(struct store_db *db) {
	for (size_t i = 0; i < DB_STATEMENT_COUNT; i++)
		sqlite3_finalize(db->statements[i]);
	memset(db->statements, 0, sizeof db->statements);
	sqlite3_close(db->sqlite);
	db->sqlite = NULL;
}
