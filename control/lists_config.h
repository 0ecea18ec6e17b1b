// SPDX-License-Identifier: BSD-3-Clause
// `lists:` in spin.yaml: files that name addresses and domains, and what becomes of them.
//
// Shape:   a sequence of mappings {name, file, action}; block is the action there is.
// Threads: read at start, unchanged after.
// Errors:  as control/yaml_tree.h.

#pragma once

#include "control/yaml_tree.h"

#define LISTS_CONFIG_MAX 64
#define LISTS_PATH 1024

struct lists_config {
	struct {
		char name[33];
		char file[LISTS_PATH];
	} list[LISTS_CONFIG_MAX];
	unsigned int count;
};

int lists_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct lists_config *ret,
	char ret_error[YAML_ERROR]
);
