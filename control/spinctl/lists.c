// SPDX-License-Identifier: BSD-3-Clause
// The lists of spin.yaml: what they hold, and how their servers and files do.

#include "control/spinctl/client.h"
#include "control/spinctl/text_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PATH_BYTES 256
#define LOOK_NS 200000000
#define LOOKS_MAX 3600 // twelve minutes: two longer than a download may take

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static void
cell_number(struct table *t, const struct json_doc *d, unsigned int node, const char *key) {
	char text[24];
	snprintf(text, sizeof(text), "%" PRId64, json_number(d, json_get(d, node, key), 0));
	table_cell(t, text);
}

static void
cell_when(struct table *t, const struct json_doc *d, unsigned int node, const char *key) {
	char text[SIZE_BYTES];
	const char *time = json_text(d, json_get(d, node, key));
	table_cell(t, time ? text_when(time, text) : NULL);
}

static const char *
state_of(const struct json_doc *d, unsigned int list) {
	if (json_flag(d, json_get(d, list, "refreshing"), false)) {
		return "refreshing";
	}
	bool in_force = json_flag(d, json_get(d, list, "in_force"), false);
	if (*string_of(d, list, "error")) {
		return in_force ? "in force, old" : "not in force";
	}
	return in_force ? "in force" : "not yet in force";
}

static void
print_errors(const struct json_doc *d, unsigned int items) {
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		const char *error = string_of(d, n, "error");
		if (*error) {
			printf("\n%s: ", string_of(d, n, "name"));
			text_put(stdout, error);
			putchar('\n');
		}
	}
}

static int
list_all(const struct cli *c) {
	struct answer a;
	int r = client_ask(c, "GET", "/api/v1/lists", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		puts(a.body);
		answer_free(&a);
		return EXIT_OK;
	}
	struct table t = {
		9,
		{"LIST",
		 "ACTION",
		 "STATE",
		 ">ENTRIES",
		 ">HITS",
		 "FORMAT",
		 "CHANGED",
		 "FETCHED",
		 "NEXT"},
		NULL,
		0,
		0};
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		table_cell(&t, string_of(a.doc, n, "name"));
		table_cell(&t, string_of(a.doc, n, "action"));
		table_cell(&t, state_of(a.doc, n));
		cell_number(&t, a.doc, n, "entries");
		cell_number(&t, a.doc, n, "hits");
		table_cell(&t, json_text(a.doc, json_get(a.doc, n, "format")));
		cell_when(&t, a.doc, n, "changed");
		cell_when(&t, a.doc, n, "fetched");
		cell_when(&t, a.doc, n, "next_fetch");
	}
	table_print(&t);
	print_errors(a.doc, items);
	answer_free(&a);
	return EXIT_OK;
}

static void
list_path(const char *name, const char *more, char ret[PATH_BYTES]) {
	size_t n = (size_t)snprintf(ret, PATH_BYTES, "/api/v1/lists/");
	// What is no letter of a name goes as %XX, so that the server can say that it knows none.
	for (const char *c = name; *c && n + 16 < PATH_BYTES; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')
			|| (*c >= '0' && *c <= '9') || strchr("-_.", *c);
		n += (size_t)snprintf(ret + n, PATH_BYTES - n, plain ? "%c" : "%%%02X", *c & 255);
	}
	snprintf(ret + n, PATH_BYTES - n, "%s", more);
}

// Until it is done; what came of it is told by how the list is then.
static int
refresh(const struct cli *c, const char *name) {
	char path[PATH_BYTES];
	struct answer a;
	list_path(name, ":refresh", path);
	int r = client_ask(c, "POST", path, NULL, &a);
	list_path(name, "", path);
	for (int i = 0; r == EXIT_OK && i < LOOKS_MAX; i++) {
		if (!json_flag(a.doc, json_get(a.doc, JSON_ROOT, "refreshing"), false)) {
			break;
		}
		answer_free(&a);
		nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
		r = client_ask(c, "GET", path, NULL, &a);
	}
	if (r) {
		return r;
	}
	const char *error = string_of(a.doc, JSON_ROOT, "error");
	if (c->json) {
		puts(a.body);
	} else if (*error) {
		fprintf(stderr, "spinctl: the list '%s' ", name);
		text_put(stderr, error);
		fputs("\n", stderr);
	} else {
		const char *format = string_of(a.doc, JSON_ROOT, "format");
		printf("%s: %" PRId64 " entries%s%s%s\n",
		       name,
		       json_number(a.doc, json_get(a.doc, JSON_ROOT, "entries"), 0),
		       *format ? " (" : "",
		       format,
		       *format ? ")" : "");
	}
	r = *error ? EXIT_FAILED : EXIT_OK;
	answer_free(&a);
	return r;
}

int
run_lists(struct cli *c) {
	char path[PATH_BYTES];
	if (!c->argc) {
		return list_all(c);
	}
	if (c->argc == 2) {
		return strcmp(c->argv[0], "refresh") == 0
			? refresh(c, c->argv[1])
			: usage(c->command, "\"%s\" is nothing to do with a list", c->argv[0]);
	}
	list_path(c->argv[0], "", path);
	return print_answer_of(c, path);
}
