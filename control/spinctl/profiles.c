// SPDX-License-Identifier: BSD-3-Clause
// Profiles: listed, printed, written.

#include "control/spinctl/act.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (64 * 1024)

int
list_profiles(const struct cli *c) {
	struct answer a;
	int r = client_list(c, "/api/v1/profiles", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
		answer_free(&a);
		return EXIT_OK;
	}
	struct table t = {4, {"PROFILE", ">DEVICES", "ELSE", "DESCRIPTION"}, NULL, 0, 0};
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		char name[128], devices[24];
		const char *text = json_text(a.doc, json_get(a.doc, n, "name"));
		bool is_default = json_flag(a.doc, json_get(a.doc, n, "is_default"), false);
		snprintf(
			name, sizeof(name), "%s%s", text ? text : "", is_default ? " (default)" : ""
		);
		snprintf(
			devices,
			sizeof(devices),
			"%" PRId64,
			json_number(a.doc, json_get(a.doc, n, "devices"), 0)
		);
		table_cell(&t, name);
		table_cell(&t, devices);
		table_cell(&t, json_text(a.doc, json_get(a.doc, n, "default")));
		table_cell(&t, json_text(a.doc, json_get(a.doc, n, "description")));
	}
	table_print(&t);
	answer_free(&a);
	return EXIT_OK;
}

// The whole file, for free(); NULL after it was said why.
static char *
read_file(const char *name) {
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	char *text = f ? malloc(FILE_BYTES_MAX + 2) : NULL;
	size_t length = text ? fread(text, 1, FILE_BYTES_MAX + 1, f) : 0;

	if (!text || ferror(f) || length > FILE_BYTES_MAX) {
		fprintf(stderr,
			"spinctl: %s cannot be read: %s\n",
			name,
			length > FILE_BYTES_MAX ? "it is larger than 64 KiB" : strerror(errno));
		free(text);
		text = NULL;
	} else {
		text[length] = 0;
	}
	if (f && f != stdin) {
		fclose(f);
	}
	return text;
}

static int
look(const struct cli *c, bool *ret_exists) {
	struct answer list;
	int r = client_list(c, "/api/v1/profiles", NULL, &list);
	if (r) {
		return r;
	}
	*ret_exists = false;
	unsigned int items = json_get(list.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(list.doc, items); n; n = json_next(list.doc, n)) {
		const char *name = json_text(list.doc, json_get(list.doc, n, "name"));
		*ret_exists = *ret_exists || (name && strcmp(name, c->argv[0]) == 0);
	}
	answer_free(&list);
	return EXIT_OK;
}

static int
write_profile(const struct cli *c, const char *path) {
	struct answer a;
	struct json j;
	bool exists;
	char *text = read_file(c->file);
	int r = text ? look(c, &exists) : EXIT_FAILED;
	if (r) {
		free(text);
		return r;
	}
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "yaml", text);
	json_end(&j);
	free(text);
	// The file is the newest there is: whoever writes it has decided so.
	r = j.failed ? EXIT_FAILED : client_replace(c, path, j.text, exists, &a);
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		fputs("profile ", stdout);
		text_put(stdout, c->argv[0]);
		fputs(" written", stdout);
		print_force(&a);
		print_warnings(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_profiles(struct cli *c) {
	struct answer a;
	char path[128];
	if (!c->argc) {
		return c->file ? usage(c->command, "say which profile the file is for")
			       : list_profiles(c);
	}
	if (strspn(c->argv[0], "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(c->argv[0])) {
		return usage(c->command, "the name of a profile has a-z, 0-9 and '-' only");
	}
	snprintf(path, sizeof(path), "/api/v1/profiles/%.64s", c->argv[0]);
	if (c->file) {
		return write_profile(c, path);
	}
	int r = client_ask(c, "GET", path, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		const char *yaml = json_text(a.doc, json_get(a.doc, JSON_ROOT, "yaml"));
		fputs(yaml ? yaml : "", stdout);
	}
	answer_free(&a);
	return EXIT_OK;
}
