// SPDX-License-Identifier: BSD-3-Clause
// What ends or goes back by itself: pauses, and changes that wait for a word.

#include "control/spinctl/act.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The body of a pause: {"minutes":…} or {"until":…}.
static int
read_pause(const struct cli *c, struct json *j) {
	const char *duration = c->duration, *until = c->until;
	char text[32];

	for (int i = 1; i < c->argc; i++) {
		const char *next = i + 1 < c->argc ? c->argv[i + 1] : NULL;
		if (strcmp(c->argv[i], "for") == 0 && next) {
			duration = c->argv[++i];
		} else if (strcmp(c->argv[i], "until") == 0 && next) {
			until = c->argv[++i];
		} else {
			return usage(c->command, "say: for 30m, or until morning");
		}
	}
	unsigned long seconds = duration ? read_duration(duration) : 0;
	if ((duration && (until || seconds < 60)) || (until && !read_until(until, text))) {
		return usage(
			c->command, "a pause is for 1m to 7d, or until 18:30 or morning, not both"
		);
	}
	json_object(j);
	if (duration) {
		json_key_u64(j, "minutes", seconds / 60);
	} else if (until) {
		json_key_string(j, "until", text);
	}
	json_end(j);
	return EXIT_OK;
}

int
run_pause(struct cli *c) {
	struct node device;
	struct answer a;
	struct json j;
	char path[RESOLVE_ID_BYTES + 48];
	bool pause = strcmp(c->command->name, "pause") == 0;

	json_init(&j);
	int r = pause ? read_pause(c, &j) : EXIT_OK;
	if (r == EXIT_OK) {
		r = resolve_device(c, c->argv[0], &device);
	}
	if (r == EXIT_OK) {
		snprintf(path, sizeof(path), "/api/v1/devices/%s:%s", device.id, c->command->name);
		r = client_change(c, "POST", path, pause ? j.text : NULL, &a);
	}
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		unsigned int rule = json_get(a.doc, JSON_ROOT, "rule");
		const char *says = json_text(a.doc, json_get(a.doc, rule, "sentence"));
		if (says) {
			text_put(stdout, says);
		} else {
			text_put(stdout, device.name);
			fputs(" goes on", stdout);
		}
		print_force(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}

static int
confirm_one(const struct cli *c, const char *id) {
	struct answer a;
	char path[96];

	snprintf(path, sizeof(path), "/api/v1/changes/%.40s:confirm", id);
	int r = client_ask(c, "POST", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		const char *says = json_text(a.doc, json_get(a.doc, JSON_ROOT, "sentence"));
		fputs("kept: ", stdout);
		text_put(stdout, says ? says : id);
		putchar('\n');
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_confirm(struct cli *c) {
	struct answer list;
	if (c->argc) {
		return confirm_one(c, c->argv[0]);
	}
	int r = client_ask(c, "GET", "/api/v1/changes?pending=true", NULL, &list);
	if (r) {
		return r;
	}
	unsigned int items = json_get(list.doc, JSON_ROOT, "items");
	unsigned int n = json_first(list.doc, items);
	if (!n) {
		fputs("spinctl: nothing waits for a word: all changes are kept or taken back\n",
		      stderr);
		r = EXIT_FAILED;
	}
	for (; n && r == EXIT_OK; n = json_next(list.doc, n)) {
		const char *id = json_text(list.doc, json_get(list.doc, n, "id"));
		r = confirm_one(c, id ? id : "");
	}
	answer_free(&list);
	return r;
}
