// SPDX-License-Identifier: BSD-3-Clause
// What devices were seen to need: a head for each, and its rows by number.

#include "control/store/db.h"

#include <string.h>

static void
bind_u64(sqlite3_stmt *s, int at, uint64_t value) {
	sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

static int
put_row(struct store_db *db, uint64_t device, const struct learned_row *l) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_LEARNED);
	const struct learn_row *r = &l->row;

	bind_u64(s, 1, device);
	bind_u64(s, 2, l->n);
	bind_u64(s, 3, r->object);
	sqlite3_bind_text(s, 4, r->name, -1, SQLITE_STATIC);
	bind_u64(s, 5, r->family);
	sqlite3_bind_blob(s, 6, r->address, sizeof r->address, SQLITE_STATIC);
	bind_u64(s, 7, r->protocol);
	bind_u64(s, 8, r->port);
	bind_u64(s, 9, r->in);
	bind_u64(s, 10, r->first_ns);
	bind_u64(s, 11, r->last_ns);
	bind_u64(s, 12, r->packets);
	return db_run(db, s);
}

static int
write_learning(struct store_db *db, const struct store_learning *l) {
	int r = l->has_device ? db_put_device(db, &l->row) : 0;
	sqlite3_stmt *s = db_statement(db, DB_PUT_LEARNING);

	if (r < 0)
		return r;
	bind_u64(s, 1, l->device);
	bind_u64(s, 2, l->began_ns);
	bind_u64(s, 3, l->until_ns);
	bind_u64(s, 4, l->left_out);
	r = db_run(db, s);
	if (r == 0 && l->whole) {
		s = db_statement(db, DB_DROP_LEARNED);
		bind_u64(s, 1, l->device);
		r = db_run(db, s);
	}
	for (size_t i = 0; i < l->count && r == 0; i++)
		r = put_row(db, l->device, &l->rows[i]);
	return r;
}

int
store_run_learning(struct store_db *db, struct store_job *job) {
	int r = db_begin(db);

	if (r == 0)
		r = db_end(
			db, write_learning(db, (const struct store_learning *)(const void *)job)
		);
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}
