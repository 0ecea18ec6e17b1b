// SPDX-License-Identifier: BSD-3-Clause
// The numbers of a connection, and what they stand for.

#include "control/history/ask.h"

#include <stdio.h>
#include <string.h>

static int
prepare(struct hdb *db, const char *sql, sqlite3_stmt **ret) {
	return sqlite3_prepare_v2(db->sqlite, sql, -1, ret, NULL) == SQLITE_OK ? 0 : hdb_error(db);
}

int
ask_device_numbers(struct hdb *db, const uint64_t *ids, size_t count, uint32_t *ret) {
	sqlite3_stmt *s;
	int r = prepare(db, "SELECT n FROM devices WHERE id=?", &s);

	for (size_t i = 0; i < count && r == 0; i++) {
		sqlite3_reset(s);
		sqlite3_bind_int64(s, 1, (sqlite3_int64)ids[i]);
		ret[i] = sqlite3_step(s) == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(s, 0) : 0;
	}
	sqlite3_finalize(s);
	return r;
}

int
ask_place_numbers(
	struct hdb *db,
	const struct ask_place *p,
	uint32_t ret[ASK_PLACES_MAX],
	size_t *ret_count
) {
	sqlite3_stmt *s;
	int r =
		prepare(db,
			p->name[0] ? "SELECT n FROM places WHERE kind IN (1,2,3,4) AND name=?"
				   : "SELECT n FROM places WHERE id=?",
			&s);
	*ret_count = 0;
	if (r < 0)
		return r;
	if (p->name[0])
		sqlite3_bind_text(s, 1, p->name, -1, SQLITE_STATIC);
	else
		sqlite3_bind_int64(s, 1, (sqlite3_int64)p->id);
	while (*ret_count < ASK_PLACES_MAX && sqlite3_step(s) == SQLITE_ROW)
		ret[(*ret_count)++] = (uint32_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return 0;
}

int
ask_place_name(struct hdb *db, uint32_t number, struct ask_place *ret) {
	ret->kind = PLACE_OTHER;
	ret->name[0] = 0;
	ret->id = 0;
	if (number == BUCKET_PLACE_OTHER)
		return 0;
	sqlite3_stmt *s = hdb_statement(db, HDB_NAME_PLACE);
	sqlite3_bind_int64(s, 1, number);
	int code = sqlite3_step(s);
	if (code == SQLITE_ROW) {
		ret->kind = (uint8_t)sqlite3_column_int(s, 0);
		snprintf(
			ret->name, sizeof ret->name, "%s", (const char *)sqlite3_column_text(s, 1)
		);
		ret->id = (uint64_t)sqlite3_column_int64(s, 2);
	}
	sqlite3_reset(s);
	return code == SQLITE_ROW || code == SQLITE_DONE ? 0 : hdb_error(db);
}

uint64_t
ask_device_id(struct hdb *db, uint32_t number) {
	sqlite3_stmt *s = hdb_statement(db, HDB_NAME_DEVICE);

	sqlite3_bind_int64(s, 1, number);
	uint64_t id = sqlite3_step(s) == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
	sqlite3_reset(s);
	return id;
}
