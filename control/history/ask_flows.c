// SPDX-License-Identifier: BSD-3-Clause
// Connections lie by age, and a page looks through so many at most: a page may be short, and its
// cursor leads on.

#include "control/history/ask.h"
#include "platform/base.h"

#include <errno.h>
#include <stdlib.h>

#define LOOKED_AT_MAX 200000

struct page {
	const struct flows_question *q;
	uint32_t devices[ASK_DEVICES_MAX];
	uint32_t places[ASK_PLACES_MAX];
	size_t places_count;
};

static bool
is_wanted(const struct page *p, sqlite3_stmt *s) {
	uint32_t device = (uint32_t)sqlite3_column_int64(s, 1);
	uint32_t place = (uint32_t)sqlite3_column_int64(s, 2);
	bool is_device = p->q->devices_count == 0, is_place = !p->q->one_place;

	for (size_t i = 0; i < p->q->devices_count; i++)
		is_device |= p->devices[i] == device;
	for (size_t i = 0; i < p->places_count; i++)
		is_place |= p->places[i] == place;
	return is_device && is_place;
}

static int
read_page(struct hdb *db, const struct page *p, sqlite3_stmt *s, struct flows_answer *ret) {
	unsigned int looked = 0;
	uint64_t id = 0;
	int code;

	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		if (ret->count == p->q->limit || looked++ == LOOKED_AT_MAX) {
			ret->next = id;
			return 0;
		}
		id = (uint64_t)sqlite3_column_int64(s, 0);
		if (!is_wanted(p, s))
			continue;
		struct flows_item *item = &ret->items[ret->count];
		item->row = (struct flow_row){
			.id = id,
			.device = (uint64_t)sqlite3_column_int64(s, 1),
			.place = (uint32_t)sqlite3_column_int64(s, 2),
			.level = (uint8_t)sqlite3_column_int(s, 3),
		};
		if (flow_row_unpack(
			    sqlite3_column_blob(s, 4),
			    (size_t)sqlite3_column_bytes(s, 4),
			    &item->row
		    )
		    < 0)
			continue;
		if (p->q->dropped < 0 || p->q->dropped == (item->row.reason != 0))
			ret->count++;
	}
	return code == SQLITE_DONE ? 0 : hdb_error(db);
}

static int
ask_in(struct hdb *db, const struct flows_question *q, struct flows_answer *ret) {
	struct page p = {.q = q};
	sqlite3_stmt *s = NULL;
	uint64_t least = q->from_s * 1000 << 20, most = q->to_s * 1000 << 20;

	if (q->before && q->before < most)
		most = q->before;
	int r = ask_device_numbers(db, q->devices, q->devices_count, p.devices);
	if (r == 0 && q->one_place)
		r = ask_place_numbers(db, &q->place, p.places, &p.places_count);
	if (r == 0
	    && sqlite3_prepare_v2(
		       db->sqlite,
		       "SELECT id,device,place,level,body FROM flows WHERE id>=? AND id<?"
		       " ORDER BY id DESC",
		       -1,
		       &s,
		       NULL
	       ) != SQLITE_OK)
		r = hdb_error(db);
	if (r < 0)
		return r;
	sqlite3_bind_int64(s, 1, (sqlite3_int64)least);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)most);
	r = read_page(db, &p, s, ret);
	sqlite3_finalize(s);
	for (size_t i = 0; i < ret->count && r == 0; i++) {
		struct flows_item *item = &ret->items[i];
		item->row.device = ask_device_id(db, (uint32_t)item->row.device);
		r = ask_place_name(db, item->row.place, &item->place);
	}
	return r;
}

int
ask_flows(struct hdb *db, const struct flows_question *q, struct flows_answer *ret) {
	*ret = (struct flows_answer){.items = calloc(q->limit + 1, sizeof *ret->items)};
	if (!ret->items)
		return -ENOMEM;
	int r = hdb_exec(db, "BEGIN");
	if (r == 0) {
		r = ask_in(db, q, ret);
		sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL);
	}
	if (r < 0) {
		free(ret->items);
		ret->items = NULL;
	}
	return r;
}
