// SPDX-License-Identifier: BSD-3-Clause
// The audit trail: who did what, all of it as a file, and whether it is as it was written.

#include "control/spinctl/audit.h"

#include "control/spinctl/text_out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 512
#define PAGE "limit=500"
#define NOW_BYTES 80

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static size_t
add_filter(char path[PATH_BYTES], size_t n, const char *key, const char *value) {
	if (!value) {
		return n;
	}
	n += (size_t)snprintf(path + n, PATH_BYTES - n, "&%s=", key);
	for (const char *c = value; *c && n + 8 < PATH_BYTES; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')
			|| (*c >= '0' && *c <= '9') || strchr("-_.", *c);
		n += (size_t)snprintf(path + n, PATH_BYTES - n, plain ? "%c" : "%%%02X", *c & 255);
	}
	return n;
}

int
audit_pages(const struct cli *c, audit_item on_item, void *context, struct audit_head *ret_head) {
	char path[PATH_BYTES];
	char cursor[64] = "";
	int r = EXIT_OK;
	do {
		struct answer a;
		snprintf(
			path,
			sizeof(path),
			"/api/v1/audit?" PAGE "&order=oldest%s%s",
			*cursor ? "&cursor=" : "",
			cursor
		);
		r = client_ask(c, "GET", path, NULL, &a);
		if (r) {
			return r;
		}
		unsigned int head = json_get(a.doc, JSON_ROOT, "head");
		if (!*cursor && ret_head) {
			// Of the first page: the rows that follow are there by then.
			ret_head->seq =
				(uint64_t)json_number(a.doc, json_get(a.doc, head, "seq"), 0);
			snprintf(
				ret_head->hash,
				sizeof(ret_head->hash),
				"%s",
				string_of(a.doc, head, "hash")
			);
		}
		unsigned int items = json_get(a.doc, JSON_ROOT, "items");
		for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
			size_t length;
			const char *text = json_raw_of(a.doc, n, &length);
			on_item(context, text, length);
		}
		snprintf(cursor, sizeof(cursor), "%s", string_of(a.doc, JSON_ROOT, "next_cursor"));
		answer_free(&a);
	} while (*cursor);
	return r;
}

static void
put_line(void *context, const char *text, size_t length) {
	fwrite(text, 1, length, context);
	putc('\n', context);
}

static int
export_all(const struct cli *c) {
	FILE *to = c->file && strcmp(c->file, "-") != 0 ? fopen(c->file, "we") : stdout;
	if (!to) {
		fprintf(stderr, "spinctl: %s cannot be written: %s\n", c->file, strerror(errno));
		return EXIT_FAILED;
	}
	int r = audit_pages(c, put_line, to, NULL);
	bool bad = ferror(to);
	if (to != stdout) {
		bad |= fclose(to) != 0;
	}
	if (r == EXIT_OK && bad) {
		fprintf(stderr, "spinctl: not all could be written: %s\n", strerror(errno));
		r = EXIT_FAILED;
	}
	return r;
}

static void
cell_objects(struct table *t, const struct json_doc *d, unsigned int entry) {
	char text[200] = "";
	size_t n = 0;
	unsigned int objects = json_get(d, entry, "objects");
	for (unsigned int o = json_first(d, objects); o; o = json_next(d, o)) {
		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%s%s", n ? ", " : "", string_of(d, o, "name")
		);
		if (n >= sizeof(text)) {
			break;
		}
	}
	table_cell(t, text);
}

static void
cell_what(struct table *t, const struct json_doc *d, unsigned int entry) {
	char text[160];
	int64_t times = json_number(d, json_get(d, entry, "times"), 1);
	snprintf(
		text,
		sizeof(text),
		"%s%s%s",
		string_of(d, entry, "operation"),
		*string_of(d, entry, "reason") ? ": refused, " : "",
		string_of(d, entry, "reason")
	);
	if (times > 1) {
		size_t n = strlen(text);
		snprintf(text + n, sizeof(text) - n, " (%" PRId64 " times)", times);
	}
	table_cell(t, text);
}

static void
cell_now(struct table *t, const struct json_doc *d, unsigned int after) {
	char text[NOW_BYTES];
	size_t length;
	const char *raw = json_is_null(d, after) ? NULL : json_raw_of(d, after, &length);
	if (!raw) {
		table_cell(t, NULL);
		return;
	}
	bool whole = length < sizeof(text);
	snprintf(
		text,
		sizeof(text),
		"%.*s%s",
		(int)(whole ? length : sizeof(text) - sizeof("…")),
		raw,
		whole ? "" : "…"
	);
	table_cell(t, text);
}

static int
list(const struct cli *c) {
	char path[PATH_BYTES] = "/api/v1/audit?limit=100";
	struct answer a;
	size_t n = strlen(path);
	n = add_filter(path, n, "who", c->who);
	n = add_filter(path, n, "operation", c->operation);
	n = add_filter(path, n, "object", c->object);
	add_filter(path, n, "since", c->since);
	int r = client_ask(c, "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		puts(a.body);
		answer_free(&a);
		return EXIT_OK;
	}
	struct table t = {7, {"WHEN", "WHO", "ROLE", "FROM", "WHAT", "TO", "NOW"}, NULL, 0, 0};
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int e = json_first(a.doc, items); e; e = json_next(a.doc, e)) {
		char when[SIZE_BYTES];
		table_cell(&t, text_when(string_of(a.doc, e, "time"), when));
		table_cell(&t, string_of(a.doc, e, "who"));
		table_cell(&t, string_of(a.doc, e, "role"));
		table_cell(&t, string_of(a.doc, e, "source"));
		cell_what(&t, a.doc, e);
		cell_objects(&t, a.doc, e);
		cell_now(&t, a.doc, json_get(a.doc, e, "after"));
	}
	table_print(&t);
	answer_free(&a);
	return EXIT_OK;
}

int
run_audit(struct cli *c) {
	const char *verb = c->argc ? c->argv[0] : "list";
	if (strcmp(verb, "list") == 0) {
		return list(c);
	}
	if (strcmp(verb, "export") == 0) {
		return export_all(c);
	}
	if (strcmp(verb, "verify") == 0) {
		return audit_verify(c);
	}
	return usage(c->command, "there is no \"audit %s\"", verb);
}
