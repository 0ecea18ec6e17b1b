// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/batch.h"

#include "control/history/tier.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("history");

#define PRUNE_EVERY 30 // batches: about five minutes

void
batch_free(struct history_batch *b) {
	if (!b)
		return;
	batch_free(b->next);
	for (size_t i = 0; i < b->places_count; i++)
		free(b->places[i].name);
	free(b->places);
	free(b->rows);
	free(b->totals);
	free(b->flows);
	bytes_free(&b->bases);
	free(b);
}

static void
put_aside(const struct history_writer *w) {
	char aside[1200], beside[1200];

	snprintf(aside, sizeof aside, "%s.damaged", w->file);
	if (rename(w->file, aside) < 0)
		return;
	log_err("%s: is damaged: it is kept as %s, and a new one begins", w->file, aside);
	snprintf(beside, sizeof beside, "%s-wal", w->file);
	remove(beside);
	snprintf(beside, sizeof beside, "%s-shm", w->file);
	remove(beside);
}

int
writer_ready(struct history_writer *w, char ret_message[HISTORY_MESSAGE]) {
	if (w->db.sqlite && !w->db.reopen)
		return 0;
	if (w->db.sqlite)
		hdb_close(&w->db);
	int r = hdb_open(&w->db, w->file, w->config->size);
	if (r == -EBADMSG) {
		put_aside(w);
		r = hdb_open(&w->db, w->file, w->config->size);
	}
	if (r < 0)
		snprintf(ret_message, HISTORY_MESSAGE, "%.250s", w->db.message);
	return r;
}

static int
by_row_device(const void *one, const void *other) {
	uint64_t a = ((const struct batch_row *)one)->device;
	uint64_t b = ((const struct batch_row *)other)->device;

	return a < b ? -1 : a > b;
}

static int
by_total_device(const void *one, const void *other) {
	uint64_t a = ((const struct batch_total *)one)->device;
	uint64_t b = ((const struct batch_total *)other)->device;

	return a < b ? -1 : a > b;
}

static int
number_places(struct hdb *db, struct history_batch *b) {
	int r = 0;

	for (size_t i = 0; i < b->places_count && r == 0; i++) {
		struct batch_place *p = &b->places[i];
		r = hdb_place(db, p->kind, p->name ? p->name : "", p->id, b->time_s, &p->number);
	}
	return r;
}

static int
write_device(
	struct hdb *db,
	const struct history_batch *b,
	uint64_t device,
	const struct batch_row *rows,
	size_t count,
	const struct batch_total *total
) {
	struct bucket sum = {.count = 0};
	uint32_t number;
	int r = hdb_device(db, device, b->time_s, &number);

	if (total)
		sum.total = total->counts;
	for (size_t i = 0; i < count && r == 0; i++)
		r = bucket_add(
			&sum, b->places[rows[i].place].number, rows[i].service, &rows[i].counts
		);
	// A device's flows stand with it; its counters of frames come from elsewhere.
	for (size_t i = 0; i < count; i++)
		sum.total.flows += rows[i].counts.flows;
	if (r == 0)
		r = tier_add(db, b->time_s, number, &sum);
	bucket_free(&sum);
	return r;
}

static int
write_counts(struct hdb *db, struct history_batch *b) {
	size_t row = 0, total = 0;
	int r = 0;

	if (b->rows_count)
		qsort(b->rows, b->rows_count, sizeof *b->rows, by_row_device);
	if (b->totals_count)
		qsort(b->totals, b->totals_count, sizeof *b->totals, by_total_device);
	while (r == 0 && (row < b->rows_count || total < b->totals_count)) {
		uint64_t device = row < b->rows_count ? b->rows[row].device : UINT64_MAX;
		const struct batch_total *t = NULL;
		if (total < b->totals_count && b->totals[total].device <= device) {
			t = &b->totals[total++];
			device = t->device;
		}
		size_t end = row;
		while (end < b->rows_count && b->rows[end].device == device)
			end++;
		r = write_device(db, b, device, b->rows + row, end - row, t);
		row = end;
	}
	return r;
}

static int
write_flow(struct hdb *db, const struct history_batch *b, const struct flow_row *f) {
	struct flow_row row = *f;
	uint32_t device;

	row.place = b->places[f->place].number;
	row.place_2 = b->places[f->place_2].number;
	int r = hdb_device(db, f->device, b->time_s, &device);
	if (r < 0 || (r = flow_row_pack(&row, &db->packed)) < 0)
		return r;
	sqlite3_stmt *s = hdb_statement(db, HDB_PUT_FLOW);
	sqlite3_bind_int64(s, 1, (sqlite3_int64)row.id);
	sqlite3_bind_int64(s, 2, device);
	sqlite3_bind_int64(s, 3, row.place);
	sqlite3_bind_int(s, 4, row.level);
	sqlite3_bind_blob(s, 5, db->packed.data, (int)db->packed.length, SQLITE_STATIC);
	return hdb_run(db, s);
}

static int
write_bases(struct hdb *db, const struct history_batch *b) {
	int r = 0;

	if (b->bases_whole) {
		r = hdb_run(db, hdb_statement(db, HDB_DROP_BASES));
		if (r == 0)
			r = hdb_put_meta(db, "run", b->run);
	}
	if (r < 0 || b->bases.length == 0)
		return r;
	sqlite3_stmt *s = hdb_statement(db, HDB_PUT_BASE);
	sqlite3_bind_blob(s, 1, b->bases.data, (int)b->bases.length, SQLITE_STATIC);
	return hdb_run(db, s);
}

static int
write_all(struct history_writer *w, struct history_batch *b) {
	struct hdb *db = &w->db;
	int r = number_places(db, b);

	if (r == 0)
		r = write_counts(db, b);
	for (size_t i = 0; i < b->flows_count && r == 0; i++)
		r = write_flow(db, b, &b->flows[i]);
	if (r == 0)
		r = write_bases(db, b);
	if (r == 0)
		r = tier_roll_up(db, b->time_s);
	if (r == 0 && b->steady && w->batches % PRUNE_EVERY == 0) {
		r = age_flows(w, b->time_s);
		if (r == 0)
			r = tier_prune(db, w->config, b->time_s);
	}
	return r;
}

// Room is made from what is old, before anything new is written.
static int
make_room(struct history_writer *w, const struct history_batch *b) {
	int r = hdb_begin(&w->db);

	return r < 0 ? r : hdb_end(&w->db, tier_prune(&w->db, w->config, b->time_s));
}

// The last span that was written, for what comes under a clock that nobody set.
static uint64_t
newest(struct hdb *db) {
	uint64_t key = 0;

	hdb_ask(db, "SELECT max(key) FROM tier0", &key);
	return key >> 16;
}

int
batch_write(struct history_writer *w, struct history_batch *b) {
	uint64_t rolled[TIERS];
	int r = writer_ready(w, b->message);

	if (r < 0)
		return r;
	memcpy(rolled, w->db.rolled_s, sizeof rolled);
	uint64_t places = w->db.places, aged[2] = {w->aged_1, w->aged_2};
	r = hdb_begin(&w->db);
	for (struct history_batch *one = b; one && r == 0; one = one->next)
		if (one->time_s || (one->time_s = newest(&w->db)))
			r = write_all(w, one);
	if (!sqlite3_get_autocommit(w->db.sqlite))
		r = hdb_end(&w->db, r);
	if (r < 0) {
		memcpy(w->db.rolled_s, rolled, sizeof rolled);
		w->db.places = places;
		w->aged_1 = aged[0];
		w->aged_2 = aged[1];
		snprintf(b->message, sizeof b->message, "%.250s", w->db.message);
		if (r == -ENOSPC)
			make_room(w, b);
		return r;
	}
	w->batches++;
	b->message[0] = 0;
	tier_size(&w->db, &b->size);
	return 0;
}
