// SPDX-License-Identifier: BSD-3-Clause
// Whether the gateway does its work, and how much of it is logged.

#include "control/spinctl/client.h"
#include "control/spinctl/text_out.h"

#include <stdio.h>
#include <string.h>

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

int
run_ready(struct cli *c) {
	struct answer a;
	int r = client_look(c, "/api/v1/ready", &a);
	if (r) {
		return r;
	}
	bool ready = json_flag(a.doc, json_get(a.doc, JSON_ROOT, "ready"), false);
	unsigned int reasons = json_get(a.doc, JSON_ROOT, "reasons");
	if (c->json) {
		puts(a.body);
	} else if (ready) {
		puts("ready");
	}
	for (unsigned int n = json_first(a.doc, reasons); !c->json && n; n = json_next(a.doc, n)) {
		fputs("not ready: ", stdout);
		text_put(stdout, string_of(a.doc, n, "text"));
		putchar('\n');
	}
	answer_free(&a);
	return ready ? EXIT_OK : EXIT_FAILED;
}

int
run_log_level(struct cli *c) {
	struct answer a;
	char body[64];
	if (c->argc && strspn(c->argv[0], "abcdefghijklmnopqrstuvwxyz") != strlen(c->argv[0])) {
		return usage(c->command, "the levels are err, warn, info and debug");
	}
	snprintf(body, sizeof(body), "{\"level\":\"%.16s\"}", c->argc ? c->argv[0] : "");
	int r = c->argc ? client_ask(c, "PUT", "/api/v1/log-level", body, &a)
			: client_ask(c, "GET", "/api/v1/log-level", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		puts(a.body);
	} else {
		const char *level = string_of(a.doc, JSON_ROOT, "level");
		const char *configured = string_of(a.doc, JSON_ROOT, "configured");
		bool same = strcmp(level, configured) == 0;
		printf("%s%s%s%s\n",
		       level,
		       same ? "" : ", until the next reload; configured is ",
		       same ? "" : configured,
		       "");
	}
	answer_free(&a);
	return EXIT_OK;
}
