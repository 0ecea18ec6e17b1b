// SPDX-License-Identifier: BSD-3-Clause
// spin.yaml and the command line: what spin-control is told before it starts.
//
// Shape:   defaults, then the file, then the command line; one table of keys in config.c.
// Threads: read at start, unchanged after.
// Errors:  -EINVAL with `file:line:column: what, and what would be right`, or a sentence about the
//          command line.

#pragma once

#include "control/answers_config.h"
#include "control/banner.h"
#include "control/geo/geo.h"
#include "control/history/config.h"
#include "control/listen_config.h"
#include "control/lists_config.h"
#include "control/notify/deliveries.h"

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_ERROR 512
#define CONFIG_LISTEN_MAX 8
#define CONFIG_PATH 1024
#define CONFIG_FILE "/etc/spin/spin.yaml"

#define CONFIG_LATER 64

struct config {
	char listen[CONFIG_LISTEN_MAX][64];
	size_t listen_count;
	struct listen_config reach; // from other machines
	char run_dir[CONFIG_PATH];
	char state_dir[CONFIG_PATH];
	char web_dir[CONFIG_PATH];
	char data_dir[CONFIG_PATH];
	char profiles_dir[CONFIG_PATH]; // the household's own
	char kinds_dir[CONFIG_PATH]; // the same, of rules for kinds of devices
	char default_profile[33];
	char default_profile_at[CONFIG_PATH + 32]; // file:line:column, or where else it was said
	char file[CONFIG_PATH]; // that was read; empty: none
	bool default_by_option; // the command line says the default profile
	char unix_group[33];
	struct banner banner; // no title: none
	struct lists_config lists;
	struct answers_config answers;
	char fetch_program[CONFIG_PATH];
	char post_program[CONFIG_PATH];
	struct deliveries notifications;
	struct geo_config geo;
	struct history_config history;
	struct lists_source mud_fetch; // how makers' servers are asked: ca and allow_private
	char mud_ca[CONFIG_PATH]; // empty: the machine's own authorities
	char organisations[CONFIG_PATH]; // the household's own
};

void config_defaults(struct config *c);
// A file that was not asked for by name may be absent.
int config_load(struct config *c, const char *file, bool must_exist, char ret_error[CONFIG_ERROR]);
// The default profile as file and command line say it now; `ret_later` names the keys that say
// something else than what we run with and are read at a start only, or is empty.
int config_default_profile(
	const struct config *c,
	char ret[33],
	char ret_later[CONFIG_LATER],
	char ret_error[CONFIG_ERROR]
);
// --listen replaces what the file says with the first address, then adds.
int config_add_listen(struct config *c, const char *text, char ret_error[CONFIG_ERROR]);

enum config_outcome {
	CONFIG_RUN,
	CONFIG_EXIT_OK, // --help or --version was answered
	CONFIG_EXIT_USAGE, // told on stderr
	CONFIG_EXIT_FAILED,
};

// The whole start: defaults, file and command line; findings are told on stderr.
enum config_outcome config_read(struct config *c, int argc, char **argv);
