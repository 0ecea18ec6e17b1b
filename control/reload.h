// SPDX-License-Identifier: BSD-3-Clause
// What people wrote, read again while we run: configuration, profiles and rules for kinds, all of
// it or none.
//
// Shape:   everything is read and checked apart from what is in force, then taken.  What is wrong
//          stays visible (health, a notification) until a reading goes well.  `wanted` is what
//          files and environment say, c->config what is in force: they differ where a restart is
//          needed.
// Threads: the core thread.
// Errors:  -EINVAL with `file:line:column: …` in the result; nothing was changed then.

#pragma once

#include "control/config.h"

#include <stdint.h>

struct core;
struct json;

struct reload {
	struct config *wanted;
	char error[CONFIG_ERROR]; // of the last reading; empty: it went well
	uint64_t error_ns;
	char author[33]; // who changed it by the API last
	uint64_t changed_ns; // and when; 0: nobody did
	bool writing; // the API's file
};

struct reload_result {
	struct config_set changed;
	struct config_set restart; // hold after a restart
	char error[CONFIG_ERROR];
};

int reload_start(struct core *c);
void reload_stop(struct core *c);
// Reads all; `take` it, or look only.  `api_text` stands for the API's file, NULL: as it is.
int reload_all(struct core *c, const char *api_text, bool take, struct reload_result *ret);
// The merge patch (a mapping of YAML, as JSON is one) onto the API's layer: the whole text of its
// file, for free().
int reload_patch(
	const struct core *c,
	const char *patch,
	size_t length,
	char **ret_text,
	char ret_error[CONFIG_ERROR]
);
// What is wrong in the text that reload_patch made, without its place, and that as JSON pointer
// ("" when it is about something else, with its own place).
#define RELOAD_POINTER 160
const char *reload_pointer(
	const struct core *c,
	const char *text,
	const char *error,
	char ret_pointer[RELOAD_POINTER]
);
// Without a loop: is all of it right?  What is wrong is told on stderr.
int reload_check(const struct config *config);
