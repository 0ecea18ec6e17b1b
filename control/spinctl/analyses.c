// SPDX-License-Identifier: BSD-3-Clause
// Captures for the gateway: sent in parts, and asked about.

#include "control/spinctl/act.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define V1 "/api/v1/analyses"
#define PATH_BYTES 160
#define PART_MAX (1u << 20)
#define LOOK_NS 200000000
#define LOOKS_MAX 9000 // half an hour

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static int
list_all(const struct cli *c) {
	struct table t = {6, {"ID", "STATE", ">SIZE", "EXPIRES", "NAME", "ERROR"}, NULL, 0, 0};
	struct answer a;
	int r = client_ask(c, "GET", V1, NULL, &a);
	if (r) {
		return r;
	}
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n && !c->json; n = json_next(a.doc, n)) {
		char size[SIZE_BYTES], when[SIZE_BYTES];
		int64_t bytes = json_number(a.doc, json_get(a.doc, n, "bytes"), 0);
		table_cell(&t, string_of(a.doc, n, "id"));
		table_cell(&t, string_of(a.doc, n, "state"));
		table_cell(&t, text_size((uint64_t)bytes, size));
		table_cell(&t, text_when(string_of(a.doc, n, "expires"), when));
		table_cell(&t, string_of(a.doc, n, "name"));
		table_cell(&t, json_text(a.doc, json_get(a.doc, n, "error")));
	}
	if (c->json) {
		puts(a.body);
	} else {
		table_print(&t);
	}
	answer_free(&a);
	return EXIT_OK;
}

// The wish, from the file's name and size.
static void
write_wish(const struct cli *c, const char *file, uint64_t bytes, struct json *j) {
	const char *slash = strrchr(file, '/');

	json_object(j);
	json_key_string(j, "name", slash ? slash + 1 : file);
	json_key_u64(j, "bytes", bytes);
	if (c->home) {
		json_key(j, "home");
		json_array(j);
		for (const char *at = c->home; *at; at += strspn(at, ",")) {
			size_t n = strcspn(at, ",");
			json_string_n(j, at, n);
			at += n;
		}
		json_end(j);
	}
	json_end(j);
}

static int
send_parts(const struct cli *c, FILE *f, const char *id, size_t part) {
	char *bytes = malloc(part), path[PATH_BYTES];
	int r = bytes ? EXIT_OK : EXIT_FAILED;
	size_t n;

	for (unsigned int i = 0; r == EXIT_OK && (n = fread(bytes, 1, part, f)) > 0; i++) {
		struct answer a;
		snprintf(path, sizeof(path), V1 "/%.40s/parts/%u", id, i);
		r = client_put_bytes(c, path, bytes, n, &a);
		if (r == EXIT_OK) {
			answer_free(&a);
		}
	}
	free(bytes);
	return r;
}

// Until it is done; what came of it is said.
static int
await(const struct cli *c, const char *id) {
	struct answer a;
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), V1 "/%.40s", id);
	for (int i = 0; i < LOOKS_MAX; i++) {
		int r = client_ask(c, "GET", path, NULL, &a);
		if (r) {
			return r;
		}
		const char *state = string_of(a.doc, JSON_ROOT, "state");
		bool failed = strcmp(state, "failed") == 0;
		if (failed || strcmp(state, "ready") == 0) {
			const char *error = string_of(a.doc, JSON_ROOT, "error");
			if (c->json) {
				puts(a.body);
			} else {
				printf("%s: %s%s", id, state, *error ? ": " : "");
				text_put(stdout, error);
				putchar('\n');
			}
			answer_free(&a);
			return failed ? EXIT_FAILED : EXIT_OK;
		}
		answer_free(&a);
		nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
	}
	fprintf(stderr, "spinctl: it goes on; spinctl analyses %s says how far it is\n", id);
	return EXIT_FAILED;
}

static int
add(const struct cli *c, const char *file) {
	FILE *f = fopen(file, "re");
	struct answer a;
	struct stat s;
	struct json j;

	if (!f || fstat(fileno(f), &s) < 0) {
		fprintf(stderr, "spinctl: %s: %s\n", file, strerror(errno));
		if (f) {
			fclose(f);
		}
		return EXIT_FAILED;
	}
	json_init(&j);
	write_wish(c, file, (uint64_t)s.st_size, &j);
	int r = client_ask(c, "POST", V1, j.text, &a);
	json_free(&j);
	if (r == EXIT_OK) {
		char id[64];
		int64_t part = json_number(a.doc, json_get(a.doc, JSON_ROOT, "part_bytes"), 0);
		snprintf(id, sizeof(id), "%.40s", string_of(a.doc, JSON_ROOT, "id"));
		answer_free(&a);
		r = part > 0 && part <= (int64_t)PART_MAX ? send_parts(c, f, id, (size_t)part)
							  : EXIT_FAILED;
		r = r ? r : await(c, id);
	}
	fclose(f);
	return r;
}

static int
drop(const struct cli *c, const char *id) {
	char path[PATH_BYTES];
	struct answer a;

	snprintf(path, sizeof(path), V1 "/%.40s", id);
	int r = client_ask(c, "DELETE", path, NULL, &a);
	if (r == EXIT_OK) {
		answer_free(&a);
	}
	return r;
}

// A view of it: the answer itself.
static int
view(const struct cli *c, const char *id, const char *what) {
	static const char *const lists[] = {"devices", "destinations", "flows"};
	char path[PATH_BYTES];
	struct answer a;
	bool list = false;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		list |= strcmp(lists[i], what) == 0;
	}
	if (!list && strcmp(what, "summary") != 0 && strcmp(what, "graph") != 0) {
		return usage(c->command, "\"%s\" is no view of an analysis", what);
	}
	snprintf(path, sizeof(path), V1 "/%.40s/%s", id, what);
	int r = list ? client_list(c, path, "", &a) : client_ask(c, "GET", path, NULL, &a);
	if (r == EXIT_OK) {
		fwrite(a.body, 1, a.length, stdout);
		putchar('\n');
		answer_free(&a);
	}
	return r;
}

int
run_analyses(struct cli *c) {
	char path[PATH_BYTES];

	if (!c->argc) {
		return list_all(c);
	}
	if (c->argc == 1) {
		snprintf(path, sizeof(path), V1 "/%.40s", c->argv[0]);
		return print_answer_of(c, path);
	}
	if (strcmp(c->argv[0], "add") == 0) {
		return add(c, c->argv[1]);
	}
	if (strcmp(c->argv[0], "remove") == 0) {
		return drop(c, c->argv[1]);
	}
	return view(c, c->argv[0], c->argv[1]);
}
