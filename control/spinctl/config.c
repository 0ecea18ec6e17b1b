// SPDX-License-Identifier: BSD-3-Clause
// The configuration from a terminal: shown, changed, checked, read again.

#include "control/spinctl/client.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <string.h>

#define DETAILED "/api/v1/config?detailed=1"
#define VALUE_BYTES 512

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

// A string without its quotes, everything else as JSON.
static const char *
value_of(const struct json_doc *d, unsigned int node, char ret[VALUE_BYTES]) {
	size_t length;
	const char *text = json_text(d, node);
	const char *raw = json_raw_of(d, node, &length);
	if (json_is_null(d, node)) {
		return "";
	}
	snprintf(
		ret, VALUE_BYTES, "%.*s", text ? (int)strlen(text) : (int)length, text ? text : raw
	);
	return ret;
}

static void
print_source(const struct json_doc *d, unsigned int key, char ret[VALUE_BYTES]) {
	unsigned int source = json_get(d, key, "source");
	const char *where = json_text(d, json_get(d, source, "where"));
	int64_t line = json_number(d, json_get(d, source, "line"), 0);
	if (!where) {
		snprintf(ret, VALUE_BYTES, "default");
	} else if (line) {
		snprintf(ret, VALUE_BYTES, "%.400s:%lld", where, (long long)line);
	} else {
		snprintf(ret, VALUE_BYTES, "%.400s", where);
	}
}

static void
print_one(const struct json_doc *d, unsigned int key) {
	static const char *const rows[] = {"value", "default", "allowed", "type"};
	char text[VALUE_BYTES];
	text_put(stdout, string_of(d, key, "key"));
	fputs(": ", stdout);
	text_put(stdout, string_of(d, key, "description"));
	putchar('\n');
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *value = value_of(d, json_get(d, key, rows[i]), text);
		if (*value) {
			printf("  %-8s ", rows[i]);
			text_put(stdout, value);
			putchar('\n');
		}
	}
	print_source(d, key, text);
	printf("  %-8s ", "from");
	text_put(stdout, text);
	putchar('\n');
	if (json_flag(d, json_get(d, key, "pending"), false)) {
		puts("  a new value waits for spin-control to be started again");
	} else if (json_flag(d, json_get(d, key, "restart_needed"), false)) {
		puts("  a new value holds when spin-control is started again");
	}
}

static void
print_all(const struct json_doc *d) {
	struct table t = {4, {"KEY", "VALUE", "FROM", ""}, NULL, 0, 0};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		char value[VALUE_BYTES], source[VALUE_BYTES];
		print_source(d, n, source);
		table_cell(&t, string_of(d, n, "key"));
		table_cell(&t, value_of(d, json_get(d, n, "value"), value));
		table_cell(&t, source);
		table_cell(
			&t, json_flag(d, json_get(d, n, "pending"), false) ? "after a restart" : ""
		);
	}
	table_print(&t);
	const char *error = string_of(d, JSON_ROOT, "error");
	if (*error) {
		fputs("\nnot taken: ", stdout);
		text_put(stdout, error);
		putchar('\n');
	}
}

static int
show(const struct cli *c, const char *name) {
	struct answer a;
	int r = client_ask(c, "GET", DETAILED, NULL, &a);
	if (r) {
		return r;
	}
	unsigned int items = json_get(a.doc, JSON_ROOT, "items"), found = 0;
	for (unsigned int n = json_first(a.doc, items); name && n; n = json_next(a.doc, n)) {
		found = strcmp(string_of(a.doc, n, "key"), name) == 0 ? n : found;
	}
	if (name && !found) {
		fprintf(stderr, "spinctl: there is no key \"%s\"; spinctl config lists them\n", name
		);
		r = EXIT_FAILED;
	} else if (c->json && name) {
		size_t length;
		const char *raw = json_raw_of(a.doc, found, &length);
		printf("%.*s\n", (int)length, raw);
	} else if (c->json) {
		puts(a.body);
	} else if (name) {
		print_one(a.doc, found);
	} else {
		print_all(a.doc);
	}
	answer_free(&a);
	return r;
}

static void
print_names(const struct answer *a, const char *key, const char *text) {
	unsigned int names = json_get(a->doc, JSON_ROOT, key);
	if (!json_size(a->doc, names)) {
		return;
	}
	fputs(text, stdout);
	for (unsigned int n = json_first(a->doc, names); n; n = json_next(a->doc, n)) {
		putchar(' ');
		text_put(stdout, json_text(a->doc, n));
	}
	putchar('\n');
}

static int
finish(const struct cli *c, int r, struct answer *a, const char *nothing, const char *changed) {
	if (r) {
		return r;
	}
	if (c->json) {
		puts(a->body);
	} else if (!json_size(a->doc, json_get(a->doc, JSON_ROOT, "changed"))) {
		puts(nothing);
	}
	if (!c->json) {
		print_names(a, "changed", changed);
		print_names(a, "restart_needed", "hold when spin-control is started again:");
	}
	answer_free(a);
	return EXIT_OK;
}

// What is JSON goes as it is; everything else is a text.
static void
put_value(struct json *j, const char *value) {
	struct json_fault fault;
	unsigned int tokens;
	size_t n = strlen(value);
	if (!json_check(value, n, &json_limits_body, &tokens, &fault)) {
		json_raw(j, value, n);
	} else {
		json_string(j, value);
	}
}

static int
set(const struct cli *c, const char *key, const char *value) {
	struct answer a;
	struct json j;
	char outer[64];
	const char *dot = strchr(key, '.');
	json_init(&j);
	json_object(&j);
	if (dot) {
		snprintf(outer, sizeof(outer), "%.*s", (int)(dot - key), key);
		json_key(&j, outer);
		json_object(&j);
	}
	json_key(&j, dot ? dot + 1 : key);
	if (value) {
		put_value(&j, value);
	} else {
		json_null(&j);
	}
	if (dot) {
		json_end(&j);
	}
	json_end(&j);
	int r = j.failed ? EXIT_FAILED : client_ask(c, "PATCH", "/api/v1/config", j.text, &a);
	json_free(&j);
	return finish(c, r, &a, "it was so already", "changed:");
}

int
run_config(struct cli *c) {
	struct answer a;
	const char *verb = c->argc ? c->argv[0] : "show";
	if (strcmp(verb, "show") == 0 && c->argc <= 2) {
		return show(c, c->argc == 2 ? c->argv[1] : NULL);
	}
	if (strcmp(verb, "set") == 0 && c->argc == 3) {
		return set(c, c->argv[1], c->argv[2]);
	}
	if (strcmp(verb, "unset") == 0 && c->argc == 2) {
		return set(c, c->argv[1], NULL);
	}
	if (strcmp(verb, "check") == 0 && c->argc == 1) {
		int r = client_ask(c, "POST", "/api/v1/config:check", NULL, &a);
		return finish(
			c, r, &a, "all is right; a reload would change no key", "would change:"
		);
	}
	if (strcmp(verb, "reload") == 0 && c->argc == 1) {
		int r = client_ask(c, "POST", "/api/v1/config:reload", NULL, &a);
		return finish(c, r, &a, "read again; no key changed", "changed:");
	}
	return usage(c->command, "\"%s\" is nothing to do with the configuration so", verb);
}
