// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/wipe.h"

#include "control/history/own.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACES_MOST (1u << 24)

static int
delete_of(struct hdb *db, const char *table, const char *column, uint32_t n, uint64_t *ret_more) {
	char sql[128];

	snprintf(sql, sizeof sql, "DELETE FROM %s WHERE %s=%u", table, column, n);
	int r = hdb_exec(db, sql);
	if (r == 0)
		*ret_more += (uint64_t)sqlite3_changes64(db->sqlite);
	return r;
}

static int
wipe_device(struct hdb *db, uint32_t n, struct history_wipe *w) {
	static const char *const tiers[TIERS] = {"tier0", "tier1", "tier2", "tier3"};
	uint64_t ignored = 0;
	int r = 0;

	for (unsigned int t = 0; t < TIERS && r == 0; t++)
		r = delete_of(db, tiers[t], "(key&65535)", n, &w->spans);
	if (r == 0)
		r = delete_of(db, "flows", "device", n, &w->connections);
	return r < 0 ? r : delete_of(db, "devices", "n", n, &ignored);
}

static int
mark_used(struct hdb *db, uint8_t *used) {
	sqlite3_stmt *s;
	int r = 0, code;

	for (unsigned int t = 0; t < TIERS && r == 0; t++) {
		s = hdb_statement(db, HDB_RANGE_0 + t);
		sqlite3_bind_int64(s, 1, 0);
		sqlite3_bind_int64(s, 2, INT64_MAX);
		while ((code = sqlite3_step(s)) == SQLITE_ROW) {
			struct history_counts total;
			struct bucket_reader b;
			struct bucket_entry e;
			bucket_read(
				&b,
				sqlite3_column_blob(s, 1),
				(size_t)sqlite3_column_bytes(s, 1),
				&total
			);
			while (bucket_next(&b, &e))
				used[e.place % PLACES_MOST / 8] |= (uint8_t)(1 << e.place % 8);
		}
		r = code == SQLITE_DONE ? 0 : hdb_error(db);
		sqlite3_reset(s);
	}
	if (r < 0
	    || sqlite3_prepare_v2(db->sqlite, "SELECT DISTINCT place FROM flows", -1, &s, NULL)
		    != SQLITE_OK)
		return r < 0 ? r : hdb_error(db);
	while (sqlite3_step(s) == SQLITE_ROW) {
		uint32_t n = (uint32_t)sqlite3_column_int64(s, 0) % PLACES_MOST;
		used[n / 8] |= (uint8_t)(1 << n % 8);
	}
	sqlite3_finalize(s);
	return 0;
}

// Names that only this device gave a reason to remember; organisations and countries say nothing.
static int
wipe_places(struct hdb *db, struct history_wipe *w) {
	uint8_t *used = calloc(1, PLACES_MOST / 8);
	sqlite3_stmt *s = NULL, *drop = NULL;
	int r = used ? mark_used(db, used) : -ENOMEM;

	if (r == 0
	    && (sqlite3_prepare_v2(
			db->sqlite, "SELECT n FROM places WHERE kind IN (1,2)", -1, &s, NULL
		) != SQLITE_OK
		|| sqlite3_prepare_v2(db->sqlite, "DELETE FROM places WHERE n=?", -1, &drop, NULL)
			!= SQLITE_OK))
		r = hdb_error(db);
	while (r == 0 && sqlite3_step(s) == SQLITE_ROW) {
		uint32_t n = (uint32_t)sqlite3_column_int64(s, 0) % PLACES_MOST;
		if (used[n / 8] & 1 << n % 8)
			continue;
		sqlite3_bind_int64(drop, 1, n);
		r = hdb_run(db, drop);
		w->places++;
	}
	sqlite3_finalize(s);
	sqlite3_finalize(drop);
	free(used);
	return r < 0 ? r : hdb_ask(db, "SELECT count(*) FROM places", &db->places);
}

static int
wipe(struct history_writer *writer, struct history_wipe *w) {
	struct hdb *db = &writer->db;
	uint32_t numbers[ASK_DEVICES_MAX];
	int r = writer_ready(writer, w->message);

	if (r < 0)
		return r;
	r = ask_device_numbers(db, w->devices, w->devices_count, numbers);
	if (r == 0)
		r = hdb_exec(db, "PRAGMA secure_delete=ON");
	if (r == 0)
		r = hdb_begin(db);
	if (r == 0) {
		for (size_t i = 0; i < w->devices_count && r == 0; i++)
			if (numbers[i])
				r = wipe_device(db, numbers[i], w);
		if (r == 0)
			r = wipe_places(db, w);
		r = hdb_end(db, r);
	}
	// The log holds the pages as they were.
	if (r == 0)
		sqlite3_exec(db->sqlite, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	sqlite3_exec(db->sqlite, "PRAGMA secure_delete=OFF", NULL, NULL, NULL);
	if (r < 0)
		snprintf(w->message, sizeof w->message, "%.250s", db->message);
	return r;
}

static void
run_wipe(void *context, struct thread_job *job) {
	struct history_wipe *w = container_of(job, struct history_wipe, job);

	w->result = wipe(context, w);
}

static void
wiped(struct thread_job *job) {
	struct history_wipe *w = container_of(job, struct history_wipe, job);

	w->then(w);
}

static bool
is_of(const struct history_wipe *w, uint64_t device) {
	for (size_t i = 0; i < w->devices_count; i++)
		if (w->devices[i] == device)
			return true;
	return false;
}

// What waits to be written must not come after.
static void
drop_from(struct history_batch *b, const struct history_wipe *w) {
	size_t n = 0;

	for (size_t i = 0; i < b->rows_count; i++)
		if (!is_of(w, b->rows[i].device))
			b->rows[n++] = b->rows[i];
	b->rows_count = n;
	n = 0;
	for (size_t i = 0; i < b->totals_count; i++)
		if (!is_of(w, b->totals[i].device))
			b->totals[n++] = b->totals[i];
	b->totals_count = n;
	n = 0;
	for (size_t i = 0; i < b->flows_count; i++)
		if (!is_of(w, b->flows[i].device))
			b->flows[n++] = b->flows[i];
	b->flows_count = n;
}

void
history_wipe(struct history *h, struct history_wipe *w) {
	for (size_t i = 0; i < w->devices_count; i++)
		feed_drop(&h->feed, w->devices[i]);
	if (h->feed.next)
		drop_from(h->feed.next, w);
	for (struct history_batch *b = h->gathered; b; b = b->next)
		drop_from(b, w);
	for (struct history_batch *b = h->failed ? h->batch : NULL; b; b = b->next)
		drop_from(b, w);
	w->job = (struct thread_job){.run = run_wipe, .done = wiped};
	thread_submit(h->writer_thread, &w->job);
}
