// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/shape.h"

#include "control/http/json_read.h"
#include "control/http/shape_own.h"
#include "control/text/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
compare(const void *operation, const void *row) {
	return strcmp(operation, ((const struct shape *)row)->operation);
}

static const struct shape *
shape_of(const char *operation) {
	return bsearch(operation, shapes_table, shapes_table_count, sizeof *shapes_table, compare);
}

bool
shape_takes(const char *operation, const char *parameter) {
	const struct shape *s = shape_of(operation);

	if (!s)
		return false;
	return strcmp(parameter, "fields") == 0 || (s->columns && strcmp(parameter, "format") == 0)
		|| (s->sort && strcmp(parameter, "sort") == 0);
}

bool
shape_has(const char *words, const char *word, size_t length) {
	for (const char *at = words; *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		if (n == length && memcmp(at, word, n) == 0)
			return true;
		at += n;
	}
	return false;
}

static void
refuse(struct http_request *r, const char *format, const char *word, size_t n, const char *words) {
	char hint[600];

	snprintf(hint, sizeof hint, _("There are: %.570s."), words);
	http_problem(r, PROBLEM_BAD_VALUE, hint, format, (int)(n < 60 ? n : 60), word);
}

static bool
check_fields(struct http_request *r, const struct shape *s, const char *wanted) {
	for (const char *at = wanted; at && *at; at += *at == ',') {
		size_t n = strcspn(at, ",");
		if (!shape_has(s->fields, at, n)) {
			refuse(r, "There is no field '%.*s'.", at, n, s->fields);
			return false;
		}
		at += n;
	}
	return true;
}

bool
shape_sort(struct http_request *r, const char **ret_word, bool *ret_down) {
	const struct shape *s = shape_of(http_operation(r));
	const char *text = http_query(r, "sort");

	*ret_word = NULL;
	if (!text)
		return true;
	*ret_down = text[0] == '-';
	text += *ret_down;
	if (s && s->sort && shape_has(s->sort, text, strlen(text))) {
		*ret_word = text;
		return true;
	}
	refuse(r, "There is no order '%.*s'.", text, strlen(text), s && s->sort ? s->sort : "none");
	return false;
}

// "text/csv" by itself or before application/json; q-values are not weighed.
static bool
accepts_csv(const char *accept) {
	const char *csv = accept ? strstr(accept, "text/csv") : NULL;
	const char *json = accept ? strstr(accept, "application/json") : NULL;

	return csv && (!json || csv < json);
}

// False after the problem was answered.
static bool
wants_csv(struct http_request *r, const struct shape *s, bool *ret) {
	const char *format = s->columns ? http_query(r, "format") : NULL;

	*ret = format ? strcmp(format, "csv") == 0
		      : s->columns && accepts_csv(http_header(r, "accept"));
	if (!format || *ret || strcmp(format, "json") == 0)
		return true;
	refuse(r, "There is no format '%.*s'.", format, strlen(format), "json csv");
	return false;
}

static void
choose(const struct json_doc *d, unsigned int object, const char *fields, struct json *j) {
	json_object(j);
	for (const char *at = fields; *at; at += *at == ',') {
		char name[64];
		size_t length, n = strcspn(at, ",");
		snprintf(name, sizeof name, "%.*s", (int)n, at);
		unsigned int node = json_get(d, object, name);
		if (node) {
			const char *raw = json_raw_of(d, node, &length);
			json_key(j, name);
			json_raw(j, raw, length);
		}
		at += n;
	}
	json_end(j);
}

static void
choose_items(const struct json_doc *d, const char *fields, struct json *j) {
	unsigned int items = json_get(d, JSON_ROOT, "items");
	size_t length;

	json_object(j);
	for (unsigned int n = json_first(d, JSON_ROOT); n; n = json_next(d, n)) {
		json_key(j, json_key_of(d, n));
		if (n != items) {
			const char *raw = json_raw_of(d, n, &length);
			json_raw(j, raw, length);
			continue;
		}
		json_array(j);
		for (unsigned int i = json_first(d, items); i; i = json_next(d, i))
			choose(d, i, fields, j);
		json_end(j);
	}
	json_end(j);
}

static void
reply_shaped(
	struct http_request *r,
	const struct shape *s,
	const struct json_doc *d,
	const char *fields,
	bool csv
) {
	const char *cursor = json_text(d, json_get(d, JSON_ROOT, "next_cursor"));
	struct json j;

	json_init(&j);
	if (csv)
		shape_write_csv(s, d, fields, &j);
	else if (s->columns)
		choose_items(d, fields, &j);
	else
		choose(d, JSON_ROOT, fields, &j);
	if (csv && cursor)
		http_add_header(r, "spin-next-cursor", cursor);
	if (csv)
		http_add_header(r, "vary", "accept");
	if (j.failed)
		http_problem(r, PROBLEM_BUSY, "Ask for less.", "Out of memory.");
	else
		http_reply(
			r,
			200,
			csv ? "text/csv; charset=utf-8; header=present" : "application/json",
			j.text ? j.text : "",
			j.length
		);
	json_free(&j);
}

bool
shape_reply(struct http_request *r, int status, const struct json *j) {
	const struct shape *s = status == 200 ? shape_of(http_operation(r)) : NULL;
	const char *fields = s ? http_query(r, "fields") : NULL;
	struct json_fault fault;
	struct json_doc *d;
	bool csv;

	if (!s)
		return false;
	if (!wants_csv(r, s, &csv) || !check_fields(r, s, fields))
		return true;
	if (!csv && !fields)
		return false;
	if (json_parse(j->text, j->length, &json_limits_reply, &d, &fault) < 0) {
		http_problem(r, PROBLEM_BUSY, "Ask for less.", "Out of memory.");
		return true;
	}
	reply_shaped(r, s, d, fields, csv);
	json_doc_free(d);
	return true;
}
