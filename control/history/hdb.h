// SPDX-License-Identifier: BSD-3-Clause
// history.db: the file, its schema, and what SQLite's errors mean.
//
// Shape:   four tiers, each one table of packed buckets (control/history/bucket.h) by time, then
//          device: key = seconds << 16 | device number.  By time, because every batch then writes
//          the one newest page of a table; a device's series is a seek a bucket.  Devices and
//          places (destinations, organisations, countries) are numbers of small tables.  Closed
//          connections by id, which is their age.  `bases`: how far the counters of each open flow
//          and device were taken, so that a restart counts nothing twice.
// Threads: one connection, one thread.
// Errors:  -ENOSPC, -EROFS, -EIO, -EBADMSG (damaged); `message` says why, for a person.
// Source:  DESIGN 4; reference/ecosystem.md 1 row 15; reference/reliability.md 3.

#pragma once

#include "control/history/bucket.h"
#include "control/history/config.h"

#include <sqlite3.h>

#define TIERS 4
#define TIER_DEVICES_MAX 65535
#define HISTORY_MESSAGE 256

extern const uint32_t tier_step_s[TIERS]; // 10 s, 1 min, 1 h, 1 d
extern const uint32_t tier_keep_s[TIERS]; // the last: as configured
extern const char *const tier_names[TIERS];

enum place_kind {
	PLACE_OTHER, // what has no row of its own
	PLACE_DOMAIN,
	PLACE_ADDRESS,
	PLACE_ORGANISATION,
	PLACE_COUNTRY,
	PLACE_KIND_COUNT,
};
const char *place_kind_name(enum place_kind k);

#define HDB_STATEMENTS(X)                                                                          \
	X(BEGIN, "BEGIN IMMEDIATE")                                                                \
	X(COMMIT, "COMMIT")                                                                        \
	X(ROLLBACK, "ROLLBACK")                                                                    \
	X(PUT_META, "INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)")                          \
	X(FIND_DEVICE, "SELECT n,last FROM devices WHERE id=?")                                    \
	X(NEXT_DEVICE, "SELECT ifnull(max(n),0)+1 FROM devices")                                   \
	X(FREE_DEVICE,                                                                             \
	  "SELECT a.n+1 FROM devices a LEFT JOIN devices b ON b.n=a.n+1 WHERE b.n IS NULL "        \
	  "AND a.n<65535 LIMIT 1")                                                                 \
	X(PUT_DEVICE, "INSERT OR REPLACE INTO devices(n,id,last) VALUES(?,?,?)")                   \
	X(FIND_PLACE, "SELECT n,last,id FROM places WHERE kind=? AND name=?")                      \
	X(PUT_PLACE, "INSERT INTO places(kind,name,id,last) VALUES(?,?,?,?)")                      \
	X(TOUCH_PLACE, "UPDATE places SET id=?,last=? WHERE n=?")                                  \
	X(FIND_0, "SELECT body FROM tier0 WHERE key=?")                                            \
	X(FIND_1, "SELECT body FROM tier1 WHERE key=?")                                            \
	X(FIND_2, "SELECT body FROM tier2 WHERE key=?")                                            \
	X(FIND_3, "SELECT body FROM tier3 WHERE key=?")                                            \
	X(PUT_0, "INSERT OR REPLACE INTO tier0(key,body) VALUES(?,?)")                             \
	X(PUT_1, "INSERT OR REPLACE INTO tier1(key,body) VALUES(?,?)")                             \
	X(PUT_2, "INSERT OR REPLACE INTO tier2(key,body) VALUES(?,?)")                             \
	X(PUT_3, "INSERT OR REPLACE INTO tier3(key,body) VALUES(?,?)")                             \
	X(RANGE_0, "SELECT key,body FROM tier0 WHERE key>=? AND key<? ORDER BY key")               \
	X(RANGE_1, "SELECT key,body FROM tier1 WHERE key>=? AND key<? ORDER BY key")               \
	X(RANGE_2, "SELECT key,body FROM tier2 WHERE key>=? AND key<? ORDER BY key")               \
	X(RANGE_3, "SELECT key,body FROM tier3 WHERE key>=? AND key<? ORDER BY key")               \
	X(DROP_0, "DELETE FROM tier0 WHERE key<?")                                                 \
	X(DROP_1, "DELETE FROM tier1 WHERE key<?")                                                 \
	X(DROP_2, "DELETE FROM tier2 WHERE key<?")                                                 \
	X(DROP_3, "DELETE FROM tier3 WHERE key<?")                                                 \
	X(PUT_FLOW, "INSERT OR REPLACE INTO flows(id,device,place,level,body) VALUES(?,?,?,?,?)")  \
	X(DROP_FLOWS, "DELETE FROM flows WHERE id<?")                                              \
	X(AGE_FLOWS,                                                                               \
	  "SELECT id,place,body FROM flows WHERE id>=? AND id<? AND level<? LIMIT 2000")           \
	X(NAME_PLACE, "SELECT kind,name,id FROM places WHERE n=?")                                 \
	X(NAME_DEVICE, "SELECT id FROM devices WHERE n=?")                                         \
	X(PUT_BASE, "INSERT INTO bases(body) VALUES(?)")                                           \
	X(DROP_BASES, "DELETE FROM bases")

enum hdb_statement {
#define X(id, ...) HDB_##id,
	HDB_STATEMENTS(X)
#undef X
	HDB_STATEMENT_COUNT
};

struct hdb {
	sqlite3 *sqlite; // NULL: closed
	sqlite3_stmt *statements[HDB_STATEMENT_COUNT];
	bool reopen; // what is on disk is to be looked at again before the next write
	bool damaged;
	uint64_t rolled_s[TIERS]; // this tier holds all before; [0] is not used
	uint64_t places;
	struct bytes packed; // for reuse
	struct bucket one;
	char message[HISTORY_MESSAGE];
};

// The writer's connection, which makes the file when there is none.
int hdb_open(struct hdb *db, const char *file, uint64_t size_max);
// One that can only read.
int hdb_open_reader(struct hdb *db, const char *file);
void hdb_close(struct hdb *db);

sqlite3_stmt *hdb_statement(struct hdb *db, enum hdb_statement which); // reset, to be bound
int hdb_run(struct hdb *db, sqlite3_stmt *s); // one without rows
int hdb_error(struct hdb *db);
int hdb_begin(struct hdb *db);
int hdb_end(struct hdb *db, int r); // commits when r is 0, else rolls back and returns r
int hdb_ask(struct hdb *db, const char *sql, uint64_t *ret); // one number
int hdb_exec(struct hdb *db, const char *sql);
int hdb_put_meta(struct hdb *db, const char *key, uint64_t value);
uint64_t hdb_meta(struct hdb *db, const char *key); // 0 when it is not there

// The numbers of things, made when they are new.
int hdb_device(struct hdb *db, uint64_t id, uint64_t now_s, uint32_t *ret);
int hdb_place(
	struct hdb *db,
	enum place_kind kind,
	const char *name,
	uint64_t id, // of the destination, 0: none
	uint64_t now_s,
	uint32_t *ret
);

static inline int64_t
tier_key(uint64_t time_s, uint32_t device) {
	return (int64_t)(time_s << 16 | device);
}
