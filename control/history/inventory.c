// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/inventory.h"

#include "control/text/language.h"
#include "platform/base.h"
#include "platform/text.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

static void
write_row(
	struct json *j,
	const char *file,
	const char *table,
	const char *what,
	uint64_t rows,
	uint64_t oldest_ns,
	uint64_t bytes,
	const char *kept,
	const char *roles
) {
	char time[TEXT_TIME];

	json_object(j);
	json_key_string(j, "file", file);
	json_key_string(j, "table", table);
	json_key_string(j, "what", what);
	json_key_u64(j, "count", rows);
	json_key_string(j, "oldest", oldest_ns ? text_time(oldest_ns, time) : NULL);
	json_key_u64(j, "bytes", bytes);
	json_key_string(j, "kept", kept);
	write_roles(roles, j);
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
	write_row(
		j,
		file,
		table,
		known ? _(tables[i].what) : table,
		rows,
		oldest,
		bytes,
		known ? _(tables[i].kept) : _("until removed"),
		known ? tables[i].seen_by : ADMINS
	);
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

struct heap {
	uint64_t files, bytes, oldest_ns;
};

static void
add_file(const char *path, unsigned int depth, struct heap *h) {
	struct stat st;

	if (lstat(path, &st) < 0)
		return;
	if (S_ISDIR(st.st_mode) && depth < 4) {
		char below[1200];
		struct dirent *e;
		DIR *d = opendir(path);
		while (d && (e = readdir(d))) {
			if (e->d_name[0] == '.')
				continue;
			snprintf(below, sizeof below, "%.900s/%.255s", path, e->d_name);
			add_file(below, depth + 1, h);
		}
		if (d)
			closedir(d);
		return;
	}
	uint64_t at = (uint64_t)st.st_mtim.tv_sec * NS_PER_S;
	h->files++;
	h->bytes += (uint64_t)st.st_size;
	h->oldest_ns = h->oldest_ns ? MIN_OF(h->oldest_ns, at) : at;
}

static const char *
what_lies_there(const char *name) {
	static const struct {
		const char *name, *what;
	} known[] = {
		{"captures", N_("Captures that somebody started")},
		{"analyses", N_("Captures that somebody uploaded, and what they show")},
		{"before", N_("What was there before a restore")},
		{"lists", N_("The last good copies of lists")},
		{"tls", N_("The household's certificate authority and its keys")},
		{"history.db.damaged", N_("A history that could not be read, put aside")},
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(known[i].name, name) == 0)
			return _(known[i].what);
	return name;
}

void
inventory_of_directory(const char *state_dir, struct json *j) {
	struct dirent *e;
	DIR *d = opendir(state_dir);
	char path[1300];

	while (d && (e = readdir(d))) {
		struct heap h = {0};
		size_t n = strlen(e->d_name);
		if (e->d_name[0] == '.' || (n > 3 && strcmp(e->d_name + n - 3, ".db") == 0)
		    || strstr(e->d_name, ".db-"))
			continue;
		snprintf(path, sizeof path, "%.1000s/%.255s", state_dir, e->d_name);
		add_file(path, 0, &h);
		write_row(
			j,
			e->d_name,
			NULL,
			what_lies_there(e->d_name),
			h.files,
			h.oldest_ns,
			h.bytes,
			_("until removed"),
			ADMINS
		);
	}
	if (d)
		closedir(d);
}
