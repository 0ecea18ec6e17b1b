// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/inventory.h"

#include "control/text/language.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

#define PEOPLE "viewer user admin"
#define ADMINS "admin"
#define NOBODY ""

// How a table tells the age of its oldest row.
enum age {
	AGE_NONE,
	AGE_NS, // wall nanoseconds
	AGE_MS,
	AGE_KEY, // seconds above 16 bits
	AGE_ID, // milliseconds above 20 bits
};

static const struct {
	const char *file, *table;
	const char *what;
	enum age age;
	const char *column;
	const char *kept;
	const char *seen_by; // roles
} tables[] = {
#include "control/history/inventory_rows.inc"
};

static uint64_t
ask(sqlite3 *db, const char *sql) {
	sqlite3_stmt *s;
	uint64_t n = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		return 0;
	if (sqlite3_step(s) == SQLITE_ROW)
		n = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static uint64_t
ns_of(enum age age, uint64_t n) {
	switch (age) {
	case AGE_NONE:
		return 0;
	case AGE_NS:
		return n;
	case AGE_MS:
		return n * NS_PER_MS;
	case AGE_KEY:
		return (n >> 16) * NS_PER_S;
	case AGE_ID:
		return (n >> 20) * NS_PER_MS;
	}
	return 0;
}

static void
write_roles(const char *roles, struct json *j) {
	json_key(j, "seen_by");
	json_array(j);
	while (*roles) {
		size_t n = strcspn(roles, " ");
		json_string_n(j, roles, n);
		roles += n + (roles[n] == ' ');
	}
	json_end(j);
}

void
inventory_write(const struct inventory_row *r, struct json *j) {
	char time[TEXT_TIME];

	json_object(j);
	json_key_string(j, "file", r->file);
	json_key_string(j, "table", r->table);
	json_key_string(j, "what", _(r->what));
	json_key_u64(j, "count", r->count);
	json_key_string(j, "oldest", r->oldest_ns ? text_time(r->oldest_ns, time) : NULL);
	json_key_u64(j, "bytes", r->bytes);
	json_key_string(j, "kept", _(r->kept));
	write_roles(r->seen_by, j);
	json_end(j);
}

static void
write_table(sqlite3 *db, const char *file, const char *table, struct json *j) {
	size_t i = 0;
	char sql[200];

	while (i < ARRAY_LEN(tables)
	       && (strcmp(tables[i].file, file) != 0 || strcmp(tables[i].table, table) != 0))
		i++;
	bool known = i < ARRAY_LEN(tables);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%.60s\"", table);
	uint64_t rows = ask(db, sql), oldest = 0;
	// With its indices; reads every page of the table.
	snprintf(
		sql,
		sizeof sql,
		"SELECT sum(pgsize) FROM dbstat WHERE aggregate=TRUE AND name IN (SELECT name FROM "
		"sqlite_schema WHERE tbl_name='%.60s')",
		table
	);
	uint64_t bytes = ask(db, sql);
	if (known && tables[i].age != AGE_NONE) {
		snprintf(
			sql, sizeof sql, "SELECT min(\"%s\") FROM \"%s\"", tables[i].column, table
		);
		oldest = ns_of(tables[i].age, ask(db, sql));
	}
	const struct inventory_row row = {
		.file = file,
		.table = table,
		.what = known ? tables[i].what : table,
		.count = rows,
		.oldest_ns = oldest,
		.bytes = bytes,
		.kept = known ? tables[i].kept : N_("until removed"),
		.seen_by = known ? tables[i].seen_by : ADMINS,
	};
	inventory_write(&row, j);
}

void
inventory_of_database(sqlite3 *db, const char *file, struct json *j) {
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(
		    db,
		    "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%'"
		    " ORDER BY name",
		    -1,
		    &s,
		    NULL
	    )
	    != SQLITE_OK)
		return;
	while (sqlite3_step(s) == SQLITE_ROW)
		write_table(db, file, (const char *)sqlite3_column_text(s, 0), j);
	sqlite3_finalize(s);
}
