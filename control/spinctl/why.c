// SPDX-License-Identifier: BSD-3-Clause
// Why something passes or does not, and what a rule would change.

#include "control/spinctl/act.h"
#include "control/spinctl/sentence.h"
#include "control/spinctl/text_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATH_BYTES 512
#define PASSES "It passes."

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

// What a query may carry as it is; the rest as %XX (RFC 3986 2.3).
static void
encode(const char *text, char *into, size_t room) {
	size_t n = 0;
	for (; *text && n + 4 < room; text++) {
		unsigned char c = (unsigned char)*text;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		    || strchr("-._~", c)) {
			into[n++] = (char)c;
		} else {
			n += (size_t)snprintf(into + n, room - n, "%%%02X", c);
		}
	}
	into[n] = 0;
}

static void
print_steps(const struct json_doc *d) {
	unsigned int steps = json_get(d, JSON_ROOT, "steps");
	for (unsigned int n = json_first(d, steps); n; n = json_next(d, n)) {
		fputs(json_flag(d, json_get(d, n, "decides"), false) ? "  > " : "    ", stdout);
		text_put(stdout, string_of(d, n, "text"));
		putchar('\n');
	}
}

static void
print_explanation(const struct json_doc *d) {
	text_put(stdout, string_of(d, json_get(d, JSON_ROOT, "device"), "name"));
	fputs(strcmp(string_of(d, JSON_ROOT, "direction"), "in") == 0 ? " from " : " to ", stdout);
	text_put(stdout, string_of(d, json_get(d, JSON_ROOT, "to"), "asked"));
	bool stopped = strcmp(string_of(d, JSON_ROOT, "verdict"), "drop") == 0;
	const char *text = string_of(d, JSON_ROOT, "text");
	if (!stopped && strncmp(text, PASSES, strlen(PASSES)) == 0) {
		text += strlen(PASSES); // said already
	}
	fputs(stopped ? ": stopped. " : ": passes.", stdout);
	text_put(stdout, text);
	putchar('\n');
	print_steps(d);
	if (!json_flag(d, json_get(d, JSON_ROOT, "in_force"), true)) {
		puts("The dataplane does not have these rules yet.");
	}
}

int
run_explain(struct cli *c) {
	char path[PATH_BYTES], to[3 * RESOLVE_NAME_BYTES];
	struct node device;
	struct answer a;
	int r = resolve_device(c, c->argv[0], &device);
	if (r) {
		return r;
	}
	encode(c->argv[1], to, sizeof(to));
	int n = snprintf(
		path,
		sizeof(path),
		"/api/v1/explain?device=%s&to=%s%s%s%s%s",
		device.id,
		to,
		c->protocol ? "&protocol=" : "",
		c->protocol ? c->protocol : "",
		c->direction ? "&direction=" : "",
		c->direction ? c->direction : ""
	);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		return usage(c->command, "'%.40s…' is too long for a name", c->argv[1]);
	}
	r = client_ask(c, "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		print_explanation(a.doc);
	}
	answer_free(&a);
	return EXIT_OK;
}

static void
print_simulation(const struct json_doc *d) {
	unsigned int items = json_get(d, JSON_ROOT, "items");
	struct table t = {5, {"DEVICE", "DESTINATION", "THEN", ">FLOWS", ">BYTES"}, NULL, 0, 0};
	printf("Of %" PRId64 " flows of the last %" PRId64 " s it would stop %" PRId64
	       " and let %" PRId64 " more pass. Nothing was changed.\n",
	       json_number(d, json_get(d, JSON_ROOT, "flows"), 0),
	       json_number(d, json_get(d, JSON_ROOT, "window_s"), 0),
	       json_number(d, json_get(d, JSON_ROOT, "stopped"), 0),
	       json_number(d, json_get(d, JSON_ROOT, "let_pass"), 0));
	if (json_size(d, items) == 0) {
		return;
	}
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		char flows[24], bytes[SIZE_BYTES];
		bool drops = strcmp(string_of(d, n, "verdict_then"), "drop") == 0;
		snprintf(
			flows, sizeof(flows), "%" PRId64, json_number(d, json_get(d, n, "flows"), 0)
		);
		table_cell(&t, string_of(d, json_get(d, n, "device"), "name"));
		table_cell(&t, string_of(d, json_get(d, n, "destination"), "name"));
		table_cell(&t, drops ? "stopped" : "passes");
		table_cell(&t, flows);
		table_cell(
			&t, text_size((uint64_t)json_number(d, json_get(d, n, "bytes"), 0), bytes)
		);
	}
	table_print(&t);
}

int
run_simulate(struct cli *c) {
	struct sentence s;
	struct answer a;
	struct json j;
	if (strcmp(c->argv[0], "block") != 0 && strcmp(c->argv[0], "allow") != 0) {
		return usage(
			c->command, "say block or allow first, as in block ads.example for everyone"
		);
	}
	int r = sentence_read(c, c->argc - 1, c->argv + 1, &s);
	if (r) {
		return r;
	}
	json_init(&j);
	json_object(&j);
	sentence_write(&s, c->argv[0], &j);
	json_end(&j);
	r = j.failed ? EXIT_FAILED : client_ask(c, "POST", "/api/v1/rules:simulate", j.text, &a);
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		print_simulation(a.doc);
	}
	answer_free(&a);
	return EXIT_OK;
}
