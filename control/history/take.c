// SPDX-License-Identifier: BSD-3-Clause
// From what was gathered to a batch; and the bases from the database back into memory.

#include "control/core.h"
#include "control/history/own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
put_base(struct bytes *b, enum base_kind kind, uint64_t id, const struct traffic *t) {
	int r = bytes_put(b, kind);

	r |= bytes_put(b, id);
	r |= bytes_put(b, t->packets_out);
	r |= bytes_put(b, t->bytes_out);
	r |= bytes_put(b, t->packets_in);
	r |= bytes_put(b, t->bytes_in);
	return r | bytes_put(b, t->dropped);
}

static uint64_t
mac_number(const uint8_t mac[6]) {
	uint64_t n = 0;

	memcpy(&n, mac, 6);
	return n;
}

static int
take_bases(struct history *h, struct history_batch *b) {
	struct state *s = &h->core->state;
	struct flow *f;
	int r = 0;

	TAILQ_FOREACH (f, &s->flows_by_age, by_age) {
		if (f->kept_known && !f->closed && (f->kept_moved || b->bases_whole))
			r |= put_base(&b->bases, BASE_FLOW, f->wire.id, &f->kept);
		f->kept_moved = false;
	}
	for (size_t i = 0; i < s->devices_count; i++) {
		struct device *d = s->devices[i];
		if (d->kept_known && (d->kept_moved || b->bases_whole))
			r |= put_base(&b->bases, BASE_DEVICE, mac_number(d->mac), &d->kept);
		d->kept_moved = false;
	}
	for (size_t i = 0; b->bases_whole && i < h->feed.bases.capacity; i++) {
		const struct feed_base *known = h->feed.bases.slots[i];
		if (known)
			r |= put_base(
				&b->bases,
				(enum base_kind)known->key.kind,
				known->key.id,
				&known->counted
			);
	}
	return r;
}

static int
take_rows(struct feed *f, struct history_batch *b) {
	b->rows = malloc((f->rows.count + 1) * sizeof *b->rows);
	b->totals = malloc((f->totals.count + 1) * sizeof *b->totals);
	if (!b->rows || !b->totals)
		return -ENOMEM;
	for (size_t i = 0; i < f->rows.capacity; i++) {
		const struct feed_row *r = f->rows.slots[i];
		if (r)
			b->rows[b->rows_count++] = (struct batch_row){
				.device = r->key.device,
				.place = r->key.place,
				.service = r->key.service,
				.counts = r->counts,
			};
	}
	for (size_t i = 0; i < f->totals.capacity; i++) {
		const struct feed_total *t = f->totals.slots[i];
		if (t)
			b->totals[b->totals_count++] =
				(struct batch_total){.device = t->device, .counts = t->counts};
	}
	return 0;
}

struct history_batch *
feed_take(struct history *h) {
	struct feed *f = &h->feed;

	if (!f->next)
		feed_begin_next(f);
	if (!f->next)
		return NULL;
	if (f->rows.count + f->totals.count + f->next->flows_count == 0 && !h->bases_whole)
		return NULL;
	struct history_batch *b = f->next;
	b->bases_whole = h->bases_whole;
	b->run = h->run;
	if (take_rows(f, b) < 0) { // nothing is lost: the next time
		free(b->rows);
		free(b->totals);
		b->rows = NULL;
		b->totals = NULL;
		b->rows_count = b->totals_count = 0;
		return NULL;
	}
	take_bases(h, b);
	h->bases_whole = false;
	return feed_begin_next(f);
}

static bool
load_one(struct feed *f, struct bucket_reader *r) {
	uint64_t kind, id;
	struct traffic t;

	if (!bytes_get(r, &kind) || !bytes_get(r, &id) || !bytes_get(r, &t.packets_out)
	    || !bytes_get(r, &t.bytes_out) || !bytes_get(r, &t.packets_in)
	    || !bytes_get(r, &t.bytes_in) || !bytes_get(r, &t.dropped) || kind > BASE_DEVICE)
		return false;
	feed_put_base(f, (enum base_kind)kind, id, &t);
	return true;
}

int
feed_load_bases(struct feed *f, struct hdb *db) {
	sqlite3_stmt *s;
	int code;

	if (sqlite3_prepare_v2(db->sqlite, "SELECT body FROM bases ORDER BY n", -1, &s, NULL)
	    != SQLITE_OK)
		return hdb_error(db);
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		const uint8_t *data = sqlite3_column_blob(s, 0);
		struct bucket_reader r = {.at = data, .end = data + sqlite3_column_bytes(s, 0)};
		while (r.at < r.end && load_one(f, &r))
			;
	}
	sqlite3_finalize(s);
	return code == SQLITE_DONE ? 0 : hdb_error(db);
}

static void
drop_rows(struct map *m, uint64_t device) {
	// The first member of a row and of a total is its device; removing moves others forward.
	for (size_t i = 0; i < m->capacity;) {
		uint64_t *item = m->slots[i];
		if (!item || *item != device) {
			i++;
			continue;
		}
		map_remove(m, item);
		free(item);
		i = 0;
	}
}

void
feed_drop(struct feed *f, uint64_t device) {
	drop_rows(&f->rows, device);
	drop_rows(&f->totals, device);
}
