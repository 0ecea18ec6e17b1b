// SPDX-License-Identifier: BSD-3-Clause
// What is remembered: the level, all that is held, one device's part of it, and erasing that.

#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LEVELS 4

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static int
print_json(struct answer *a) {
	fwrite(a->body, 1, a->length, stdout);
	if (a->length && a->body[a->length - 1] != '\n') {
		putchar('\n');
	}
	answer_free(a);
	return EXIT_OK;
}

static void
print_levels(const struct json_doc *d) {
	int64_t level = json_number(d, json_get(d, JSON_ROOT, "level"), 0);
	unsigned int levels = json_get(d, JSON_ROOT, "levels");

	for (unsigned int n = json_first(d, levels); n; n = json_next(d, n)) {
		int64_t one = json_number(d, json_get(d, n, "level"), 0);
		printf("%s %lld  ", one == level ? "*" : " ", (long long)one);
		text_put(stdout, string_of(d, n, "keeps"));
		putchar('\n');
	}
}

static void
print_inventory(const struct json_doc *d) {
	struct table t = {
		.n_columns = 5, .heads = {"WHAT IS HELD", ">ROWS", ">SIZE", "OLDEST", "KEPT"}};
	unsigned int items = json_get(d, JSON_ROOT, "items");
	char text[SIZE_BYTES];

	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		int64_t rows = json_number(d, json_get(d, n, "count"), 0);
		int64_t bytes = json_number(d, json_get(d, n, "bytes"), 0);
		const char *oldest = json_text(d, json_get(d, n, "oldest"));
		char number[24];
		if (rows == 0) {
			continue;
		}
		snprintf(number, sizeof(number), "%lld", (long long)rows);
		table_cell(&t, string_of(d, n, "what"));
		table_cell(&t, number);
		table_cell(&t, text_size(bytes > 0 ? (uint64_t)bytes : 0, text));
		table_cell(&t, oldest ? text_when(oldest, text) : NULL);
		table_cell(&t, string_of(d, n, "kept"));
	}
	table_print(&t);
}

static int
level_of(struct cli *c, const char *text) {
	if (text[0] >= '0' && text[0] < '0' + LEVELS && !text[1]) {
		return text[0] - '0';
	}
	usage(c->command, "a level is 0, 1, 2 or 3, not '%s'", text);
	return -1;
}

// privacy | privacy LEVEL | privacy DEVICE LEVEL|home
static int
set_level(struct cli *c) {
	const char *text = c->argv[c->argc - 1];
	bool home = c->argc == 2 && strcmp(text, "home") == 0;
	int level = home ? 0 : level_of(c, text);
	char path[160] = "/api/v1/privacy", body[40];
	struct node device;
	struct answer a;

	if (level < 0) {
		return EXIT_USAGE;
	}
	if (c->argc == 2) {
		int r = resolve_device(c, c->argv[0], &device);
		if (r) {
			return r;
		}
		snprintf(path, sizeof(path), "/api/v1/devices/%s", device.id);
		snprintf(
			body, sizeof(body), home ? "{\"privacy\":null}" : "{\"privacy\":%d}", level
		);
	} else {
		snprintf(body, sizeof(body), "{\"level\":%d}", level);
	}
	int r = client_ask(c, "PATCH", path, body, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		return print_json(&a);
	}
	if (c->argc == 1) {
		print_levels(a.doc);
	} else {
		puts("done; it is about what is remembered from now on: spinctl erase removes the "
		     "past");
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_privacy(struct cli *c) {
	struct answer a;

	if (c->argc > 0) {
		return set_level(c);
	}
	if (!c->json) {
		int r = client_ask(c, "GET", "/api/v1/privacy", NULL, &a);
		if (r) {
			return r;
		}
		print_levels(a.doc);
		putchar('\n');
		answer_free(&a);
	}
	int r = client_ask(c, "GET", "/api/v1/privacy/inventory", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		return print_json(&a);
	}
	print_inventory(a.doc);
	answer_free(&a);
	return EXIT_OK;
}

int
run_export(struct cli *c) {
	struct node device;
	struct answer a;
	char path[160];
	int r = resolve_device(c, c->argv[0], &device);

	if (r) {
		return r;
	}
	snprintf(path, sizeof(path), "/api/v1/devices/%s/export", device.id);
	r = client_ask(c, "GET", path, NULL, &a);
	return r ? r : print_json(&a);
}

int
run_erase(struct cli *c) {
	struct node device;
	struct answer a;
	char path[160], word[8] = "";
	int r = resolve_device(c, c->argv[0], &device);

	if (r) {
		return r;
	}
	if (!c->yes) {
		if (!isatty(STDIN_FILENO)) {
			return usage(c->command, "it cannot be undone: say so with --yes");
		}
		printf("Everything that is remembered of %s goes, for good.  Type yes: ",
		       device.name);
		fflush(stdout);
		if (!fgets(word, sizeof(word), stdin) || strcmp(word, "yes\n") != 0) {
			puts("nothing was removed");
			return EXIT_FAILED;
		}
	}
	snprintf(path, sizeof(path), "/api/v1/devices/%s:erase", device.id);
	r = client_ask(c, "POST", path, c->rules ? "{\"rules\":true}" : "{}", &a);
	if (r) {
		return r;
	}
	if (c->json) {
		return print_json(&a);
	}
	unsigned int removed = json_get(a.doc, JSON_ROOT, "removed");
	printf("removed: %lld spans of history, %lld connections, %lld names, %lld facts, %lld "
	       "rules\n",
	       (long long)json_number(a.doc, json_get(a.doc, removed, "spans"), 0),
	       (long long)json_number(a.doc, json_get(a.doc, removed, "connections"), 0),
	       (long long)json_number(a.doc, json_get(a.doc, removed, "names"), 0),
	       (long long)json_number(a.doc, json_get(a.doc, removed, "facts"), 0),
	       (long long)json_number(a.doc, json_get(a.doc, removed, "rules"), 0));
	text_put(stdout, string_of(a.doc, JSON_ROOT, "kept"));
	putchar('\n');
	answer_free(&a);
	return EXIT_OK;
}
