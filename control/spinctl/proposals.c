// SPDX-License-Identifier: BSD-3-Clause
// What the provider proposes, and codes for a helpdesk.

#include "control/spinctl/act.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 160

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static int
list(const struct cli *c) {
	struct answer a;
	int r = client_ask(c, "GET", "/api/v1/proposals", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		puts(a.body);
		answer_free(&a);
		return EXIT_OK;
	}
	struct table t = {6, {"PROPOSAL", "STATE", "BY", "UNTIL", "WHAT", "WHY"}, NULL, 0, 0};
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		char when[SIZE_BYTES];
		table_cell(&t, string_of(a.doc, n, "id"));
		table_cell(&t, string_of(a.doc, n, "state"));
		table_cell(&t, string_of(a.doc, n, "author"));
		table_cell(&t, text_when(string_of(a.doc, n, "expires"), when));
		table_cell(&t, string_of(a.doc, n, "kind"));
		table_cell(&t, string_of(a.doc, n, "evidence"));
	}
	table_print(&t);
	answer_free(&a);
	return EXIT_OK;
}

// An id may come from a stranger's text: only what an id consists of goes into the path.
static bool
is_id(const char *text) {
	return strlen(text) < 40
		&& strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

int
run_proposals(struct cli *c) {
	static const char *const verbs[] = {"accept", "decline", "ask"};
	char path[PATH_BYTES];
	struct answer a;
	struct json j;
	size_t i = 0;
	if (!c->argc) {
		return list(c);
	}
	while (i < 3 && strcmp(verbs[i], c->argv[0]) != 0) {
		i++;
	}
	if (i == 3 || c->argc < 2 || !is_id(c->argv[1])) {
		return usage(c->command, "say accept, decline or ask, and which proposal");
	}
	if (i == 2 && c->argc < 3) {
		return usage(c->command, "say what you want to know");
	}
	snprintf(path, sizeof(path), "/api/v1/proposals/%s:%s", c->argv[1], c->argv[0]);
	json_init(&j);
	json_object(&j);
	if (i > 0 && c->argc > 2) {
		json_key_string(&j, "text", c->argv[2]);
	}
	json_end(&j);
	int r = i ? client_ask(c, "POST", path, j.text, &a)
		  : client_change(c, "POST", path, NULL, &a);
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else if (i == 0) {
		fputs("accepted", stdout);
		print_force(&a);
	} else {
		puts(string_of(a.doc, JSON_ROOT, "state"));
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
make_code(struct cli *c) {
	struct answer a;
	struct json j;
	json_init(&j);
	json_object(&j);
	int r = write_grant(c, c->argc ? c->argv[0] : "devices,flows", &j);
	json_end(&j);
	if (r == EXIT_OK) {
		r = client_ask(c, "POST", "/api/v1/help-codes", j.text, &a);
	}
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		printf("%s\nTell it your helpdesk within 15 minutes; it is good once.\n",
		       string_of(a.doc, JSON_ROOT, "code"));
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_help_code(struct cli *c) {
	char path[PATH_BYTES];
	struct answer a;
	if (!c->argc || (strcmp(c->argv[0], "end") != 0 && strcmp(c->argv[0], "list") != 0)) {
		return make_code(c);
	}
	bool ends = strcmp(c->argv[0], "end") == 0;
	if (ends && (c->argc < 2 || !is_id(c->argv[1]))) {
		return usage(c->command, "say which one: spinctl help-code list");
	}
	snprintf(
		path,
		sizeof(path),
		"/api/v1/help-codes%s%s",
		ends ? "/" : "",
		ends ? c->argv[1] : ""
	);
	int r = client_ask(c, ends ? "DELETE" : "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	if (!ends && c->json) {
		print_answer(&a);
	} else if (!ends) {
		struct table t = {4, {"HELP", "STATE", "UNTIL", "NAMES"}, NULL, 0, 0};
		unsigned int items = json_get(a.doc, JSON_ROOT, "items");
		for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
			char when[SIZE_BYTES];
			bool used = json_flag(a.doc, json_get(a.doc, n, "used"), false);
			table_cell(&t, string_of(a.doc, n, "id"));
			table_cell(&t, used ? "let in" : "has a code");
			table_cell(
				&t,
				text_when(string_of(a.doc, n, used ? "until" : "code_until"), when)
			);
			table_cell(&t, string_of(a.doc, n, "names"));
		}
		table_print(&t);
	}
	answer_free(&a);
	return EXIT_OK;
}
