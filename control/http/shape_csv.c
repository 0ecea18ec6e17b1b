// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/shape_own.h"

#include <stdio.h>
#include <string.h>

#define COLUMN_BYTES 96

static void
put(struct json *j, const char *text, size_t length) {
	j->comma = false; // lines are no JSON: nothing stands between two values
	json_raw(j, text, length);
}

// A device chooses its own name, and somebody opens the table in a spreadsheet.
static bool
is_formula(const char *text) {
	return text[0] && strchr("=+-@\t\r", text[0]);
}

static void
put_text(struct json *j, const char *text) {
	put(j, "\"", 1);
	if (is_formula(text))
		put(j, "'", 1);
	for (const char *at = text; *at;) {
		size_t n = strcspn(at, "\"");
		put(j, at, n);
		at += n;
		if (*at == '"') {
			put(j, "\"\"", 2);
			at++;
		}
	}
	put(j, "\"", 1);
}

// Texts of an array, parted by "; "; of objects their first member, which says which they are.
static void
put_list(struct json *j, const struct json_doc *d, unsigned int array) {
	char all[4096] = "";
	size_t used = 0, length;

	for (unsigned int n = json_first(d, array); n; n = json_next(d, n)) {
		const char *text = json_text(d, json_is_object(d, n) ? json_first(d, n) : n);
		const char *raw = text ? text : json_raw_of(d, n, &length);
		int more = snprintf(
			all + used,
			sizeof all - used,
			"%s%.*s",
			used ? "; " : "",
			(int)(text ? strlen(text) : length),
			raw
		);
		if (more < 0 || used + (size_t)more >= sizeof all)
			break;
		used += (size_t)more;
	}
	put_text(j, all);
}

static void
put_cell(struct json *j, const struct json_doc *d, unsigned int node) {
	char deep[4096];
	size_t length;

	if (!node || json_is_null(d, node))
		return;
	const char *raw = json_raw_of(d, node, &length);
	if (json_is_string(d, node)) {
		put_text(j, json_text(d, node));
	} else if (json_is_array(d, node)) {
		put_list(j, d, node);
	} else if (json_is_object(d, node)) {
		snprintf(deep, sizeof deep, "%.*s", (int)length, raw);
		put_text(j, deep);
	} else {
		put(j, raw, length);
	}
}

// The next column that is wanted; "" at the end.
static const char *
next_column(const char *at, const char *fields, char ret[COLUMN_BYTES]) {
	ret[0] = 0;
	while (*at && !ret[0]) {
		size_t n = strcspn(at, " "), top = strcspn(at, " .");
		bool wanted = !fields;
		for (const char *f = fields; f && *f && !wanted; f += *f == ',') {
			size_t k = strcspn(f, ",");
			wanted = k == top && memcmp(f, at, k) == 0;
			f += k;
		}
		if (wanted)
			snprintf(ret, COLUMN_BYTES, "%.*s", (int)n, at);
		at += n;
		at += strspn(at, " ");
	}
	return at;
}

static unsigned int
find(const struct json_doc *d, unsigned int item, char column[COLUMN_BYTES]) {
	char *dot = strchr(column, '.');

	if (!dot)
		return json_get(d, item, column);
	*dot = 0;
	unsigned int outer = json_get(d, item, column);
	return json_is_object(d, outer) ? json_get(d, outer, dot + 1) : 0;
}

void
shape_write_csv(
	const struct shape *s,
	const struct json_doc *d,
	const char *fields,
	struct json *j
) {
	unsigned int items = json_get(d, JSON_ROOT, "items");
	char column[COLUMN_BYTES];
	const char *at;

	at = next_column(s->columns, fields, column);
	for (bool first = true; column[0]; first = false) {
		put(j, ",", first ? 0 : 1);
		put(j, column, strlen(column));
		at = next_column(at, fields, column);
	}
	put(j, "\r\n", 2);
	for (unsigned int i = json_first(d, items); i; i = json_next(d, i)) {
		at = next_column(s->columns, fields, column);
		for (bool first = true; column[0]; first = false) {
			put(j, ",", first ? 0 : 1);
			put_cell(j, d, find(d, i, column));
			at = next_column(at, fields, column);
		}
		put(j, "\r\n", 2);
	}
}
