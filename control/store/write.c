// SPDX-License-Identifier: BSD-3-Clause
// The jobs that write to the database, each in one transaction.

#include "control/peer.h"
#include "control/store/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
bind_text(sqlite3_stmt *s, int at, const char *text) {
	sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static void
bind_u64(sqlite3_stmt *s, int at, uint64_t value) {
	sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

static void
bind_limits(sqlite3_stmt *s, int at, const struct device_limits *l) {
	bind_u64(s, at, l->up_bps);
	bind_u64(s, at + 1, l->down_bps);
	bind_u64(s, at + 2, l->new_flows);
}

static int
put_meta(struct store_db *db, const char *key, uint64_t value) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_META);

	bind_text(s, 1, key);
	bind_u64(s, 2, value);
	return db_run(db, s);
}

static int
put_device(struct store_db *db, const struct device_row *d) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_DEVICE);

	bind_u64(s, 1, d->id);
	sqlite3_bind_blob(s, 2, d->mac, 6, SQLITE_STATIC);
	bind_u64(s, 3, d->side);
	bind_text(s, 4, d->user_name);
	bind_text(s, 5, d->hostname);
	bind_u64(s, 6, d->hostname_source);
	bind_text(s, 7, d->profile);
	bind_u64(s, 8, d->first_seen_ns);
	bind_u64(s, 9, d->last_seen_ns);
	bind_limits(s, 10, &d->limits);
	return db_run(db, s);
}

static int
put_destination(struct store_db *db, const struct destination_row *d) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_DESTINATION);

	bind_u64(s, 1, d->id);
	bind_u64(s, 2, d->kind);
	bind_text(s, 3, d->name);
	bind_text(s, 4, d->user_name);
	bind_u64(s, 5, d->family);
	sqlite3_bind_blob(s, 6, d->address, 16, SQLITE_STATIC);
	bind_u64(s, 7, d->first_seen_ns);
	bind_u64(s, 8, d->last_seen_ns);
	return db_run(db, s);
}

static int
put_peer(struct store_db *db, const struct peer_row *p) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_PEER);

	bind_u64(s, 1, p->device);
	bind_u64(s, 2, p->family);
	sqlite3_bind_blob(s, 3, p->address, 16, SQLITE_STATIC);
	sqlite3_bind_blob(s, 4, p->names, p->names_length, SQLITE_STATIC);
	bind_u64(s, 5, p->seen_ns);
	return db_run(db, s);
}

static int
put_rule(struct store_db *db, const struct change *c) {
	sqlite3_stmt *s;

	if (!c->set) {
		s = db_statement(db, DB_DROP_RULE);
		bind_u64(s, 1, c->action);
		bind_u64(s, 2, c->device);
		bind_u64(s, 3, c->destination);
		return db_run(db, s);
	}
	s = db_statement(db, DB_PUT_RULE);
	bind_u64(s, 1, c->rule);
	bind_u64(s, 2, c->action);
	bind_u64(s, 3, c->device);
	bind_u64(s, 4, c->destination);
	bind_u64(s, 5, c->rule_created_ns);
	bind_text(s, 6, c->author);
	return db_run(db, s);
}

static int
put_change(struct store_db *db, const struct change *c) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_CHANGE);

	bind_u64(s, 1, c->id);
	bind_u64(s, 2, c->time_ns);
	bind_u64(s, 3, c->kind);
	bind_u64(s, 4, c->device);
	bind_u64(s, 5, c->destination);
	bind_u64(s, 6, c->action);
	bind_u64(s, 7, c->set);
	bind_u64(s, 8, c->rule);
	bind_u64(s, 9, c->undoes);
	bind_text(s, 10, c->author);
	bind_text(s, 11, c->name_was);
	bind_text(s, 12, c->name_now);
	bind_text(s, 13, c->profile_was);
	bind_text(s, 14, c->profile_now);
	bind_u64(s, 15, c->rule_created_ns);
	bind_limits(s, 16, &c->limits_was);
	bind_limits(s, 19, &c->limits_now);
	int r = db_run(db, s);
	if (r == 0 && c->undoes) {
		s = db_statement(db, DB_UNDO_CHANGE);
		bind_u64(s, 1, c->undoes);
		r = db_run(db, s);
	}
	return r < 0 ? r : db_run(db, db_statement(db, DB_TRIM_CHANGES));
}

static int
write_change(struct store_db *db, const struct store_change *c) {
	int r = put_meta(db, "generation", c->generation);

	if (r == 0 && c->has_device)
		r = put_device(db, &c->device);
	if (r == 0 && c->has_destination)
		r = put_destination(db, &c->destination);
	if (r == 0 && c->change.kind == CHANGE_RULE)
		r = put_rule(db, &c->change);
	return r < 0 ? r : put_change(db, &c->change);
}

static int
write_batch(struct store_db *db, const struct store_batch *b) {
	int r = put_meta(db, "generation", b->generation);

	for (size_t i = 0; i < b->devices_count && r == 0; i++)
		r = put_device(db, &b->devices[i]);
	for (size_t i = 0; i < b->destinations_count && r == 0; i++)
		r = put_destination(db, &b->destinations[i]);
	for (size_t i = 0; i < b->peers_count && r == 0; i++)
		r = put_peer(db, &b->peers[i]);
	if (r == 0 && b->peers_count > 0) {
		sqlite3_stmt *s = db_statement(db, DB_TRIM_PEERS);
		bind_u64(s, 1, PEERS_MAX);
		r = db_run(db, s);
	}
	if (r == 0 && b->destinations_count > 0) {
		sqlite3_stmt *s = db_statement(db, DB_TRIM_DESTINATIONS);
		bind_u64(s, 1, DESTINATIONS_MAX);
		r = db_run(db, s);
	}
	return r;
}

int
store_run_change(struct store_db *db, struct store_job *job) {
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, write_change(db, (const struct store_change *)(const void *)job));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}

int
store_run_batch(struct store_db *db, struct store_job *job) {
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, write_batch(db, (const struct store_batch *)(const void *)job));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}
