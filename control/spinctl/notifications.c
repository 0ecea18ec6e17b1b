// SPDX-License-Identifier: BSD-3-Clause
// Notifications: listed, and settled.

#include "control/spinctl/act.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define V1 "/api/v1/notifications"
#define PATH_BYTES 160

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static void
print_list(const struct answer *a) {
	struct table t = {5, {"ID", "TIME", "SEVERITY", ">TIMES", "WHAT"}, NULL, 0, 0};
	unsigned int items = json_get(a->doc, JSON_ROOT, "items");

	for (unsigned int n = json_first(a->doc, items); n; n = json_next(a->doc, n)) {
		char when[SIZE_BYTES], count[24];
		bool read = json_flag(a->doc, json_get(a->doc, n, "read"), false);
		char severity[24];
		snprintf(
			count,
			sizeof(count),
			"%" PRId64,
			json_number(a->doc, json_get(a->doc, n, "count"), 1)
		);
		snprintf(
			severity,
			sizeof(severity),
			"%.16s%s",
			string_of(a->doc, n, "severity"),
			read ? "" : " *"
		);
		table_cell(&t, string_of(a->doc, n, "id"));
		table_cell(&t, text_when(string_of(a->doc, n, "time"), when));
		table_cell(&t, severity);
		table_cell(&t, count);
		table_cell(&t, string_of(a->doc, n, "text"));
	}
	table_print(&t);
}

static void
print_mutes(const struct answer *a) {
	struct table t = {5, {"ID", "UNTIL", "KIND", "DEVICE", "ABOUT"}, NULL, 0, 0};
	unsigned int items = json_get(a->doc, JSON_ROOT, "items");

	for (unsigned int n = json_first(a->doc, items); n; n = json_next(a->doc, n)) {
		char when[SIZE_BYTES];
		const char *until = json_text(a->doc, json_get(a->doc, n, "until"));
		table_cell(&t, string_of(a->doc, n, "id"));
		table_cell(&t, until ? text_when(until, when) : "for good");
		table_cell(&t, json_text(a->doc, json_get(a->doc, n, "message_key")));
		table_cell(&t, json_text(a->doc, json_get(a->doc, n, "device_name")));
		table_cell(&t, json_text(a->doc, json_get(a->doc, n, "about")));
	}
	table_print(&t);
}

static void
print_deliveries(const struct answer *a) {
	struct table t = {
		7, {"DELIVERY", "WAY", "TO", ">SENT", ">WAIT", ">LOST", "ERROR"}, NULL, 0, 0};
	static const char *const counts[] = {"sent", "queued", "lost"};
	unsigned int items = json_get(a->doc, JSON_ROOT, "items");

	for (unsigned int n = json_first(a->doc, items); n; n = json_next(a->doc, n)) {
		table_cell(&t, string_of(a->doc, n, "name"));
		table_cell(&t, string_of(a->doc, n, "way"));
		table_cell(&t, string_of(a->doc, n, "target"));
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
			char text[24];
			snprintf(
				text,
				sizeof(text),
				"%" PRId64,
				json_number(a->doc, json_get(a->doc, n, counts[i]), 0)
			);
			table_cell(&t, text);
		}
		table_cell(&t, json_text(a->doc, json_get(a->doc, n, "error")));
	}
	table_print(&t);
}

static int
test(const struct cli *c, const char *name) {
	struct answer a;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "delivery", name);
	json_end(&j);
	int r = client_ask(c, "POST", V1 ":test", j.text, &a);
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		printf("%s took the test\n", name);
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
show(const struct cli *c, const char *path, void (*print)(const struct answer *a)) {
	struct answer a;
	int r = client_ask(c, "GET", path, NULL, &a);

	if (r) {
		return r;
	}
	if (c->json) {
		puts(a.body);
	} else {
		print(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}

static void
print_one(const struct answer *a) {
	text_put(stdout, string_of(a->doc, JSON_ROOT, "text"));
	fputs("\n  why:  ", stdout);
	text_put(stdout, string_of(a->doc, JSON_ROOT, "why"));
	fputs("\n  do:   ", stdout);
	text_put(stdout, string_of(a->doc, JSON_ROOT, "advice"));
	printf("\n  %s, %s, %s\n",
	       string_of(a->doc, JSON_ROOT, "severity"),
	       string_of(a->doc, JSON_ROOT, "confidence"),
	       string_of(a->doc, JSON_ROOT, "outcome"));
}

// Something is done about one; what it is then, is printed.
static int
act(const struct cli *c, const char *method, const char *id, const char *more, const char *body) {
	char path[PATH_BYTES];
	struct answer a;

	snprintf(path, sizeof(path), V1 "/%.40s%s", id, more);
	int r = client_change(c, method, path, body, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else if (a.doc && json_text(a.doc, json_get(a.doc, JSON_ROOT, "outcome"))) {
		printf("%s: ", string_of(a.doc, JSON_ROOT, "outcome"));
		text_put(stdout, string_of(a.doc, JSON_ROOT, "text"));
		putchar('\n');
	} else if (a.doc) {
		fputs("blocked", stdout);
		print_force(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
mute(const struct cli *c) {
	const char *duration = c->duration;
	struct json j;

	if (c->argc == 4 && strcmp(c->argv[2], "for") == 0) {
		duration = c->argv[3];
	} else if (c->argc != 2) {
		return usage(c->command, "say: mute ID for 2h");
	}
	unsigned long seconds = duration ? read_duration(duration) : 86400;
	if (seconds < 60) {
		return usage(c->command, "a mute is for 1m to 366d");
	}
	json_init(&j);
	json_object(&j);
	json_key_u64(&j, "minutes", seconds / 60);
	if (c->scope) {
		json_key_string(&j, "scope", c->scope);
	}
	json_end(&j);
	int r = act(c, "POST", c->argv[1], ":mute", j.text);
	json_free(&j);
	return r;
}

int
run_notifications(struct cli *c) {
	static const struct {
		const char *word, *method, *more, *body;
	} verbs[] = {
		{"block", "POST", ":block", NULL},
		{"expected", "POST", ":expected", NULL},
		{"dismiss", "POST", ":dismiss", NULL},
		{"read", "PATCH", "", "{\"read\":true}"},
		{"unread", "PATCH", "", "{\"read\":false}"},
	};
	char path[PATH_BYTES];

	if (!c->argc) {
		return show(c, c->unread ? V1 "?unread=true" : V1, print_list);
	}
	const char *word = c->argv[0];
	if (strcmp(word, "mutes") == 0 && c->argc == 1) {
		return show(c, V1 "/mutes", print_mutes);
	}
	if (strcmp(word, "deliveries") == 0 && c->argc == 1) {
		return show(c, V1 "/deliveries", print_deliveries);
	}
	if (c->argc == 1) {
		snprintf(path, sizeof(path), V1 "/%.40s", word);
		return show(c, path, print_one);
	}
	if (strcmp(word, "mute") == 0) {
		return mute(c);
	}
	if (c->argc != 2) {
		return usage(c->command, "\"%s\" takes one id", word);
	}
	if (strcmp(word, "unmute") == 0) {
		snprintf(path, sizeof(path), "mutes/%.40s", c->argv[1]);
		return act(c, "DELETE", path, "", NULL);
	}
	if (strcmp(word, "test") == 0) {
		return test(c, c->argv[1]);
	}
	if (strcmp(word, "read") == 0 && strcmp(c->argv[1], "all") == 0) {
		struct answer a;
		int r = client_ask(c, "POST", V1 ":read", NULL, &a);
		if (!r) {
			answer_free(&a);
		}
		return r;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(word, verbs[i].word) == 0) {
			return act(c, verbs[i].method, c->argv[1], verbs[i].more, verbs[i].body);
		}
	}
	return usage(c->command, "\"%s\" is nothing to do with a notification", word);
}
