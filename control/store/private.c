// SPDX-License-Identifier: BSD-3-Clause

#include "control/store/private.h"

#include "control/history/inventory.h"
#include "control/store/db.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int
told(struct store_db *db, struct store_job *job, int r) {
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}

int
store_run_level(struct store_db *db, struct store_job *job) {
	const struct store_level *l = container_of(job, struct store_level, job);
	char text[24];
	int r = db_begin(db);

	if (r == 0) {
		sqlite3_stmt *s = db_statement(db, DB_PUT_CHOICE);
		snprintf(text, sizeof text, "%" PRIu64, l->level);
		sqlite3_bind_text(s, 1, "privacy", -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 2, text, -1, SQLITE_STATIC);
		r = db_end(db, db_run(db, s));
	}
	return told(db, job, r);
}

static int
run(struct store_db *db, const char *format, uint64_t device, uint64_t *ret_more) {
	char sql[240];

	snprintf(sql, sizeof sql, format, device);
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(db);
	*ret_more += (uint64_t)sqlite3_changes64(db->sqlite);
	return 0;
}

static int
erase_one(struct store_db *db, uint64_t device, struct store_erase *e) {
	uint64_t ignored = 0;
	int r = run(db, "DELETE FROM facts WHERE device=%" PRIu64, device, &e->facts);

	if (r == 0)
		r = run(db, "DELETE FROM peers WHERE device=%" PRIu64, device, &e->names);
	if (r == 0)
		r = run(db, "DELETE FROM learned WHERE device=%" PRIu64, device, &e->learned);
	if (r == 0)
		r = run(db, "DELETE FROM learnings WHERE device=%" PRIu64, device, &ignored);
	if (r == 0)
		r = run(db, "DELETE FROM notices WHERE device=%" PRIu64, device, &e->notices);
	if (r == 0) // what still waits for a word must be able to go back
		r = run(db,
			"DELETE FROM changes WHERE device=%" PRIu64
			" AND id NOT IN (SELECT change FROM pending)",
			device,
			&e->changes);
	return r < 0 ? r
		     : run(db,
			   "UPDATE devices SET user_name='',hostname='',kind=NULL,presence=NULL"
			   " WHERE id=%" PRIu64,
			   device,
			   &ignored);
}

int
store_run_erase(struct store_db *db, struct store_job *job) {
	struct store_erase *e = container_of(job, struct store_erase, job);
	int r;

	sqlite3_exec(db->sqlite, "PRAGMA secure_delete=ON", NULL, NULL, NULL);
	r = db_begin(db);
	if (r == 0) {
		for (size_t i = 0; i < e->devices_count && r == 0; i++)
			r = erase_one(db, e->devices[i], e);
		r = db_end(db, r);
	}
	// The log holds the pages as they were.
	if (r == 0)
		sqlite3_exec(db->sqlite, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	sqlite3_exec(db->sqlite, "PRAGMA secure_delete=OFF", NULL, NULL, NULL);
	return told(db, job, r);
}

int
store_run_inventory(struct store_db *db, struct store_job *job) {
	const struct store_inventory *i = container_of(job, struct store_inventory, job);

	enum language spoken = language_speak(i->language);
	inventory_of_database(db->sqlite, "state.db", i->rows);
	inventory_of_directory(i->state_dir, i->rows);
	if (i->eve_file[0])
		inventory_of_log(
			i->eve_file,
			N_("EVE JSON: connections, names, drops, alerts, counters"),
			N_("eve: rotate_size and rotate_count"),
			i->rows
		);
	language_speak(spoken);
	return i->rows->failed ? -ENOMEM : 0;
}
