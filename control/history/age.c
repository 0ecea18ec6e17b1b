// SPDX-License-Identifier: BSD-3-Clause
// Ageing: a connection that is a day old keeps its domain, one that is a month old whose it was, as
// the configuration says.  What is looked at goes on where the last step ended.

#include "control/history/batch.h"
#include "platform/base.h"

#include <stdlib.h>
#include <string.h>

struct aged {
	struct flow_row *rows;
	size_t count;
};

static int
collect(struct hdb *db, uint64_t from, uint64_t to, unsigned int level, struct aged *ret) {
	sqlite3_stmt *s = hdb_statement(db, HDB_AGE_FLOWS);
	int code, r = 0;

	sqlite3_bind_int64(s, 1, (sqlite3_int64)from);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)to);
	sqlite3_bind_int(s, 3, (int)level);
	while (r == 0 && (code = sqlite3_step(s)) == SQLITE_ROW) {
		struct flow_row *more = realloc(ret->rows, (ret->count + 1) * sizeof *more);
		if (!more) {
			sqlite3_reset(s);
			return -1;
		}
		ret->rows = more;
		struct flow_row *f = &more[ret->count];
		*f = (struct flow_row){
			.id = (uint64_t)sqlite3_column_int64(s, 0),
			.place = (uint32_t)sqlite3_column_int64(s, 1),
		};
		flow_row_unpack(sqlite3_column_blob(s, 2), (size_t)sqlite3_column_bytes(s, 2), f);
		ret->count++;
	}
	if (code != SQLITE_DONE)
		r = hdb_error(db);
	sqlite3_reset(s);
	return r;
}

static bool
is_domain(sqlite3_stmt *kind, uint32_t place) {
	sqlite3_reset(kind);
	sqlite3_bind_int64(kind, 1, place);
	return sqlite3_step(kind) == SQLITE_ROW && sqlite3_column_int(kind, 0) == PLACE_DOMAIN;
}

static int
rewrite(struct hdb *db, struct aged *a, unsigned int level) {
	sqlite3_stmt *kind = NULL, *put = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(db->sqlite, "SELECT kind FROM places WHERE n=?", -1, &kind, NULL)
		    != SQLITE_OK
	    || sqlite3_prepare_v2(
		       db->sqlite,
		       "UPDATE flows SET place=?,level=?,body=? WHERE id=?",
		       -1,
		       &put,
		       NULL
	       ) != SQLITE_OK)
		r = hdb_error(db);
	for (size_t i = 0; i < a->count && r == 0; i++) {
		struct flow_row *f = &a->rows[i];
		flow_row_lower(f, level, is_domain(kind, f->place));
		f->level = (uint8_t)level;
		if ((r = flow_row_pack(f, &db->packed)) < 0)
			break;
		sqlite3_reset(put);
		sqlite3_bind_int64(put, 1, f->place);
		sqlite3_bind_int(put, 2, (int)level);
		sqlite3_bind_blob(put, 3, db->packed.data, (int)db->packed.length, SQLITE_STATIC);
		sqlite3_bind_int64(put, 4, (sqlite3_int64)f->id);
		r = hdb_run(db, put);
	}
	sqlite3_finalize(kind);
	sqlite3_finalize(put);
	return r;
}

static int
age_to(struct hdb *db, unsigned int level, uint64_t before_s, uint64_t *from) {
	uint64_t to = before_s * 1000 << 20;
	struct aged a = {.count = 0};
	int r = 0;

	do {
		a.count = 0;
		r = collect(db, *from, to, level, &a);
		if (r == 0 && a.count > 0) {
			*from = a.rows[a.count - 1].id + 1;
			r = rewrite(db, &a, level);
		}
	} while (r == 0 && a.count > 0);
	if (r == 0)
		*from = to;
	free(a.rows);
	return r;
}

int
age_flows(struct history_writer *w, uint64_t now_s) {
	uint64_t aged[2] = {w->aged_1, w->aged_2};
	const struct history_config *c = w->config;

	// A clock that went back finds younger ones.
	uint64_t one = now_s - MIN_OF(c->domain_after_s, now_s);
	uint64_t two = now_s - MIN_OF(c->organisation_after_s, now_s);
	if (aged[0] > one * 1000 << 20)
		aged[0] = 0;
	if (aged[1] > two * 1000 << 20)
		aged[1] = 0;
	int r = age_to(&w->db, 1, one, &aged[0]);
	if (r == 0)
		r = age_to(&w->db, 2, two, &aged[1]);
	if (r == 0) {
		w->aged_1 = aged[0];
		w->aged_2 = aged[1];
	}
	return r;
}
