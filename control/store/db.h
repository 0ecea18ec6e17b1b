// SPDX-License-Identifier: BSD-3-Clause
// The database itself: opening, schema, prepared statements, and what SQLite's errors mean.
//
// Threads: one at a time: the main thread until store_start, then the store thread.
// Errors:  -ENOSPC disk full, -EROFS fsync failed before, -EIO and others; db->message says why.

#pragma once

#include "control/audit/audit_row.h"
#include "control/store/store.h"

#include <sqlite3.h>

// Keys among the choices: the text of each accepted profile, and that they are all there.
#define DB_ACCEPTED "profile:"
#define DB_ACCEPTED_KNOWN "profiles_known"
#define AUDIT_WHERE                                                                                \
	" AND time>=?2 AND time<=?3 AND (?4='' OR who=?4) AND (?5='' OR operation=?5) AND "        \
	"(?9='' OR way=?9) AND (?6='' OR instr(objects,?6)>0) AND (?7=0 OR "                       \
	"instr(objects,'\"id\":\"dev_')>0 OR "                                                     \
	"instr(objects,'\"id\":\"dst_')>0 OR instr(objects,'\"id\":\"rule_')>0) ORDER BY seq "

#define DB_STATEMENTS(X)                                                                           \
	X(BEGIN, "BEGIN IMMEDIATE")                                                                \
	X(COMMIT, "COMMIT")                                                                        \
	X(ROLLBACK, "ROLLBACK")                                                                    \
	X(PUT_META,                                                                                \
	  "INSERT INTO meta(key,value) VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value="          \
	  "max(value,excluded.value)")                                                             \
	X(PUT_DEVICE,                                                                              \
	  "INSERT OR REPLACE INTO devices(id,mac,side,user_name,hostname,hostname_source,profile," \
	  "first_seen,last_seen,up_bps,down_bps,new_flows,joined,kind,presence,privacy) "          \
	  "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")                                               \
	X(DROP_FACTS, "DELETE FROM facts WHERE device=?")                                          \
	X(PUT_FACT,                                                                                \
	  "INSERT OR REPLACE INTO facts(device,clue,source,text,first_seen,last_seen) "            \
	  "VALUES(?,?,?,?,?,?)")                                                                   \
	X(PUT_DESTINATION,                                                                         \
	  "INSERT OR REPLACE INTO destinations(id,kind,name,user_name,family,address,first_seen,"  \
	  "last_seen) VALUES(?,?,?,?,?,?,?,?)")                                                    \
	X(PUT_PEER,                                                                                \
	  "INSERT OR REPLACE INTO peers(device,family,address,names,seen) VALUES(?,?,?,?,?)")      \
	X(TRIM_PEERS,                                                                              \
	  "DELETE FROM peers WHERE rowid IN (SELECT rowid FROM peers ORDER BY seen DESC LIMIT -1 " \
	  "OFFSET ?)")                                                                             \
	X(TRIM_DESTINATIONS,                                                                       \
	  "DELETE FROM destinations WHERE id IN (SELECT id FROM destinations WHERE user_name='' "  \
	  "AND id NOT IN (SELECT destination FROM rules) ORDER BY last_seen DESC LIMIT -1 "        \
	  "OFFSET ?)")                                                                             \
	X(PUT_RULE,                                                                                \
	  "INSERT OR REPLACE INTO rules(id,action,device,destination,created,author,body) "        \
	  "VALUES(?1,?2,?3,?4,?5,coalesce((SELECT author FROM rules WHERE id=?1),?6),?7)")         \
	X(DROP_RULE, "DELETE FROM rules WHERE id=?")                                               \
	X(PUT_RULE_STATE,                                                                          \
	  "INSERT OR REPLACE INTO rule_state(id,active,hits,last_hit) VALUES(?,?,?,?)")            \
	X(TRIM_RULE_STATES,                                                                        \
	  "DELETE FROM rule_state WHERE id NOT IN (SELECT id FROM rules) AND id IN (SELECT id "    \
	  "FROM rule_state ORDER BY last_hit DESC LIMIT -1 OFFSET ?)")                             \
	X(PUT_PENDING, "INSERT OR REPLACE INTO pending(change,deadline) VALUES(?,?)")              \
	X(DROP_PENDING, "DELETE FROM pending WHERE change=?")                                      \
	X(DROP_CHOICE, "DELETE FROM choices WHERE key=?")                                          \
	X(DROP_ACCEPTED, "DELETE FROM choices WHERE key GLOB 'profile:*'")                         \
	X(PUT_CHOICE, "INSERT OR REPLACE INTO choices(key,value) VALUES(?,?)")                     \
	X(PUT_CHANGE,                                                                              \
	  "INSERT INTO changes(id,time,kind,device,destination,action,made,rule,undoes,author,"    \
	  "name_was,name_now,profile_was,profile_now,undone,rule_created,up_was,down_was,"         \
	  "new_flows_was,up_now,down_now,new_flows_now,rule_was,rule_now,text_was,text_now,"       \
	  "joined_was,kind_was,joined_now,kind_now,privacy_was,privacy_now) "                      \
	  "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")               \
	X(PUT_USER,                                                                                \
	  "INSERT OR REPLACE INTO "                                                                \
	  "users(id,name,role,disabled,password,created,password_set,login,"                       \
	  "totp,totp_secret,totp_step,recovery) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)")                  \
	X(DROP_USER, "DELETE FROM users WHERE id=?")                                               \
	X(PUT_SESSION,                                                                             \
	  "INSERT OR REPLACE INTO "                                                                \
	  "sessions(id,user,hash,created,used,password_given,source,agent) "                       \
	  "VALUES(?,?,?,?,?,?,?,?)")                                                               \
	X(DROP_SESSION, "DELETE FROM sessions WHERE id=?")                                         \
	X(DROP_USER_SESSIONS, "DELETE FROM sessions WHERE user=? AND id<>?")                       \
	X(USED_SESSION, "UPDATE sessions SET used=?2 WHERE id=?1")                                 \
	X(PUT_TOKEN,                                                                               \
	  "INSERT OR REPLACE INTO tokens(id,name,role,user,hash,created,used,expires,scopes) "     \
	  "VALUES(?,?,?,?,?,?,?,?,?)")                                                             \
	X(DROP_TOKEN, "DELETE FROM tokens WHERE id=?")                                             \
	X(DROP_USER_TOKENS, "DELETE FROM tokens WHERE user=?")                                     \
	X(USED_TOKEN, "UPDATE tokens SET used=?2 WHERE id=?1")                                     \
	X(PUT_LEARNING,                                                                            \
	  "INSERT OR REPLACE INTO learnings(device,began,until,left_out) VALUES(?,?,?,?)")         \
	X(DROP_LEARNED, "DELETE FROM learned WHERE device=?")                                      \
	X(PUT_LEARNED,                                                                             \
	  "INSERT OR REPLACE INTO learned(device,n,object,name,family,address,protocol,port,"      \
	  "began_there,first_seen,last_seen,packets) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)")             \
	X(PUT_NOTICE,                                                                              \
	  "INSERT OR REPLACE INTO notices(id,kind,outcome,read,device,count,first,last,ended,a0,"  \
	  "a1,a2,a3) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)")                                           \
	X(DROP_NOTICE, "DELETE FROM notices WHERE id=?")                                           \
	X(PUT_MUTE,                                                                                \
	  "INSERT OR REPLACE INTO mutes(id,kind,device,first,until,expected) "                     \
	  "VALUES(?,?,?,?,?,?)")                                                                   \
	X(DROP_MUTE, "DELETE FROM mutes WHERE id=?")                                               \
	X(PUT_PROVIDER, "INSERT OR REPLACE INTO provider(id,kind,body) VALUES(?,?,?)")             \
	X(DROP_PROVIDER, "DELETE FROM provider WHERE id=?")                                        \
	X(LAST_AUDIT, "SELECT seq,hash FROM audit ORDER BY seq DESC LIMIT 1")                      \
	X(FIRST_AUDIT, "SELECT min(seq) FROM audit")                                               \
	X(OLD_AUDIT, "SELECT max(seq) FROM audit WHERE time<?")                                    \
	X(AUDIT_HASH, "SELECT hash FROM audit WHERE seq=?")                                        \
	X(TRIM_AUDIT, "DELETE FROM audit WHERE seq<=?")                                            \
	X(PUT_AUDIT,                                                                               \
	  "INSERT INTO audit(" AUDIT_COLUMN_NAMES ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")   \
	X(READ_AUDIT_NEWEST,                                                                       \
	  "SELECT " AUDIT_COLUMN_NAMES " FROM audit WHERE (?1=0 OR seq<?1)" AUDIT_WHERE            \
	  "DESC LIMIT ?8")                                                                         \
	X(READ_AUDIT_OLDEST,                                                                       \
	  "SELECT " AUDIT_COLUMN_NAMES " FROM audit WHERE seq>?1" AUDIT_WHERE "ASC LIMIT ?8")      \
	X(UNDO_CHANGE, "UPDATE changes SET undone=1 WHERE id=?")                                   \
	X(TRIM_CHANGES,                                                                            \
	  "DELETE FROM changes WHERE id IN (SELECT id FROM changes ORDER BY id DESC LIMIT -1 "     \
	  "OFFSET 1000)")

enum db_statement {
#define X(id, ...) DB_##id,
	DB_STATEMENTS(X)
#undef X
	DB_STATEMENT_COUNT
};

struct store_db {
	sqlite3 *sqlite;
	sqlite3_stmt *statements[DB_STATEMENT_COUNT];
	bool broken; // an fsync failed: what is on the disk is to be found out (recover.h)
	uint64_t tried_ns; // monotonic; when that was tried last
	char file[1100];
	uint64_t page_bytes;
	bool log_known; // of the log, after the last commit:
	int log_frames;
	uint8_t log_salts[8];
	struct audit_head audit; // of the newest row that is committed
	struct audit_head audit_next; // of the newest one in the transaction under way
	struct audit_head audit_file; // as the file beside the database has it
	char state_dir[1024];
	char message[200];
};

// The schema of this release.
int db_schema_version(void);
// Opens, brings to that schema, and closes; its log is home then.
int db_bring_up(const char *file, char ret_error[STORE_ERROR]);
int db_open(struct store_db *db, const char *file, char ret_error[STORE_ERROR]);
void db_close(struct store_db *db);

// The statement, reset and ready to be bound.
sqlite3_stmt *db_statement(struct store_db *db, enum db_statement which);
// Steps a bound statement that returns no rows.
int db_run(struct store_db *db, sqlite3_stmt *s);
int db_begin(struct store_db *db);
// Commits when r is 0; rolls back otherwise, and returns why.
int db_end(struct store_db *db, int r);
int db_put_device(struct store_db *db, const struct device_row *d);
// Of a row of choices.
void db_load_accepted(const char *key, sqlite3_stmt *s, struct accepted *ret);
int db_put_accepted(struct store_db *db, const char *name, const struct text *t); // NULL: none
// What the last SQLite error means.
int db_error(struct store_db *db);

// The store's own, before its thread runs.
struct store_db *store_database(struct store *st);
