// SPDX-License-Identifier: BSD-3-Clause
// What lies in files.

#include "control/history/inventory.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH 4 // of folders

struct heap {
	uint64_t files, bytes, oldest_ns;
};

static void
add_file(const char *path, unsigned int depth, struct heap *h) {
	struct stat st;

	if (lstat(path, &st) < 0)
		return;
	if (S_ISDIR(st.st_mode) && depth < DEPTH) {
		char below[1200];
		struct dirent *e;
		DIR *d = opendir(path);
		while (d && (e = readdir(d))) {
			if (e->d_name[0] == '.')
				continue;
			snprintf(below, sizeof below, "%.900s/%.255s", path, e->d_name);
			add_file(below, depth + 1, h);
		}
		if (d)
			closedir(d);
		return;
	}
	uint64_t at = (uint64_t)st.st_mtim.tv_sec * NS_PER_S;
	h->files++;
	h->bytes += (uint64_t)st.st_size;
	h->oldest_ns = h->oldest_ns ? MIN_OF(h->oldest_ns, at) : at;
}

static const char *
what_lies_there(const char *name) {
	static const struct {
		const char *name, *what;
	} known[] = {
		{"captures", N_("Captures that somebody started")},
		{"analyses", N_("Captures that somebody uploaded, and what they show")},
		{"before", N_("What was there before a restore")},
		{"lists", N_("The last good copies of lists")},
		{"tls", N_("The household's certificate authority and its keys")},
		{"gateway-name", N_("What the gateway is called at brokers")},
		{"homeassistant-prefix", N_("Where Home Assistant was told of devices")},
		{"history.db.damaged", N_("A history that could not be read, put aside")},
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].what;
	return name;
}

void
inventory_of_directory(const char *state_dir, struct json *j) {
	struct dirent *e;
	DIR *d = opendir(state_dir);
	char path[1300];

	while (d && (e = readdir(d))) {
		struct heap h = {0};
		size_t n = strlen(e->d_name);
		if (e->d_name[0] == '.' || (n > 3 && strcmp(e->d_name + n - 3, ".db") == 0)
		    || strstr(e->d_name, ".db-"))
			continue;
		snprintf(path, sizeof path, "%.1000s/%.255s", state_dir, e->d_name);
		add_file(path, 0, &h);
		const struct inventory_row row = {
			.file = e->d_name,
			.what = what_lies_there(e->d_name),
			.count = h.files,
			.oldest_ns = h.oldest_ns,
			.bytes = h.bytes,
			.kept = N_("until removed"),
			.seen_by = "admin",
		};
		inventory_write(&row, j);
	}
	if (d)
		closedir(d);
}

void
inventory_of_log(const char *path, const char *what, const char *kept, struct json *j) {
	struct heap h = {0};
	char rotated[1200];
	uint64_t before = 0;

	add_file(path, DEPTH, &h);
	for (unsigned int i = 1; i == 1 || h.files > before; i++) {
		before = h.files;
		snprintf(rotated, sizeof rotated, "%.1100s.%u", path, i);
		add_file(rotated, DEPTH, &h);
	}
	const struct inventory_row row = {
		.file = path,
		.what = what,
		.count = h.files,
		.oldest_ns = h.oldest_ns,
		.bytes = h.bytes,
		.kept = kept,
		.seen_by = "",
	};
	inventory_write(&row, j);
}
