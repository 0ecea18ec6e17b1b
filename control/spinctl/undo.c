// SPDX-License-Identifier: BSD-3-Clause
// The newest change, taken back.  The answer says what now holds, and how to undo that: from both,
// what was undone is told in words.

#include "control/spinctl/act.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"

#include <stdio.h>
#include <string.h>

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

// The name of the node at "/api/v1/devices/dev_…"; its id when it cannot be asked for.
static void
put_name(const struct cli *c, const char *path) {
	struct answer a;
	if (client_ask(c, "GET", path, NULL, &a)) {
		text_put(stdout, strrchr(path, '/') + 1);
		return;
	}
	text_put(stdout, node_name(a.doc, JSON_ROOT));
	answer_free(&a);
}

// A rule that no action speaks of: its return is a POST of its text.
static void
put_rule(const struct json_doc *d, unsigned int body) {
	unsigned int object = json_get(d, body, "object");
	unsigned int first = json_first(d, object);
	const char *value = json_text(d, first);
	printf(": %s ", string_of(d, body, "action"));
	text_put(stdout, value ? value : first ? json_key_of(d, first) : "everything");
}

// A rule went: the path of its return is "/api/v1/devices/A[/destinations/B]:block".
static void
put_removed(const struct cli *c, const char *path) {
	char first[160], second[160] = "";
	const char *colon = strrchr(path, ':');
	const char *pair = strstr(path, "/destinations/");
	bool is_pair = pair && strstr(path, "/devices/");
	if (!colon) {
		return;
	}
	const char *end = is_pair ? pair : colon;
	snprintf(first, sizeof(first), "%.*s", (int)(end - path), path);
	if (is_pair) {
		snprintf(second, sizeof(second), "/api/v1%.*s", (int)(colon - pair), pair);
	}
	printf(": %s ", colon + 1);
	put_name(c, first);
	if (is_pair) {
		fputs(" to ", stdout);
		put_name(c, second);
	}
}

static void
put_what(const struct cli *c, const struct json_doc *d) {
	unsigned int rule = json_get(d, JSON_ROOT, "rule");
	unsigned int node = json_get(d, JSON_ROOT, "device");
	node = node ? node : json_get(d, JSON_ROOT, "destination");
	unsigned int undo = json_get(d, JSON_ROOT, "undo");
	unsigned int profile = json_get(d, JSON_ROOT, "profile");
	if (json_is_object(d, rule) && strcmp(string_of(d, undo, "method"), "POST") != 0) {
		fputs(": ", stdout);
		text_put(stdout, string_of(d, rule, "sentence"));
	} else if (strcmp(string_of(d, undo, "path"), "/api/v1/rules") == 0) {
		put_rule(d, json_get(d, undo, "body"));
	} else if (profile) {
		fputs(": the profile is as it was", stdout);
	} else if (json_is_object(d, rule)) {
		unsigned int object = json_get(d, rule, "object");
		bool named = strcmp(string_of(d, object, "kind"), "destination") == 0;
		bool everyone =
			strcmp(string_of(d, json_get(d, rule, "subject"), "kind"), "everyone") == 0;
		printf(": un%s ", string_of(d, rule, "action"));
		if (!everyone) {
			text_put(stdout, string_of(d, json_get(d, rule, "subject"), "name"));
		}
		fputs(named && !everyone ? " to " : "", stdout);
		text_put(stdout, named ? string_of(d, object, "name") : "");
	} else if (json_is_object(d, node)) {
		fputs(": it is ", stdout);
		text_put(stdout, node_name(d, node));
		if (*string_of(d, node, "profile")) {
			printf(" again, with profile %s", string_of(d, node, "profile"));
		}
	} else {
		put_removed(c, string_of(d, json_get(d, JSON_ROOT, "undo"), "path"));
	}
}

int
run_undo(struct cli *c) {
	struct answer a;
	int r = client_change(c, "POST", "/api/v1/undo", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		fputs("undone", stdout);
		put_what(c, a.doc);
		print_force(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}
