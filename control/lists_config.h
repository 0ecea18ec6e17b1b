// SPDX-License-Identifier: BSD-3-Clause
// `lists:` in spin.yaml: files and feeds that name addresses and domains, and what becomes of them.
//
// Shape:   a sequence of mappings {name, file or url, action, …}; keys in lists_config.c.
// Threads: read at start, unchanged after.
// Errors:  as control/yaml_tree.h.

#pragma once

#include "control/yaml_tree.h"

#define LISTS_CONFIG_MAX 64
#define LISTS_PATH 1024
#define LISTS_NAME_MAX 32

// What the entries of a list are.
#define LISTS_ACTIONS(X)                                                                           \
	X(BLOCK, "block") /* dropped, unless a rule allows them */                                 \
	X(ALLOW, "allow") /* not dropped by other lists */                                         \
	X(NONE, "none") /* nothing by themselves; for rules that name the list */

enum lists_action {
#define X(name, word) LISTS_ACTION_##name,
	LISTS_ACTIONS(X)
#undef X
};

struct json;

struct lists_source {
	char name[LISTS_NAME_MAX + 1];
	enum lists_action action;
	char file[LISTS_PATH]; // empty: it has a url
	char url[LISTS_PATH];
	char ca[LISTS_PATH]; // authorities of the server, instead of the system's; empty: those
	char sha256[65]; // that the content must have; empty: any
	uint64_t every_s; // between two looks at the server
	uint64_t timeout_s; // of a download
	uint64_t max; // bytes
	bool allow_private; // the server may be one of the home
};

struct lists_config {
	struct lists_source list[LISTS_CONFIG_MAX];
	unsigned int count;
};

const char *lists_action_word(enum lists_action a);

int lists_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct lists_config *ret,
	char ret_error[YAML_ERROR]
);
// As the configuration has it.
void lists_config_write(const struct lists_config *l, struct json *j);
