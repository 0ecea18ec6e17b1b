// SPDX-License-Identifier: BSD-3-Clause
// `history:` and `privacy:` in spin.yaml: what is remembered, how much of it, and for how long.
//
// Shape:   history: {enabled, size, keep, flows_keep}; privacy: {level, domain_after,
//          organisation_after}.
// Threads: read at start, unchanged after.
// Errors:  as control/yaml_tree.h.
// Source:  reference/ecosystem.md 5.10 for the levels.

#pragma once

#include "control/yaml_tree.h"

#include <stdbool.h>
#include <stdint.h>

// 0 everything, 1 names cut to the registrable domain, 2 organisation or country only, 3 counters
// only.
#define PRIVACY_LEVEL_MAX 3

struct history_config {
	bool off;
	uint64_t size; // bytes of the database at most
	uint64_t keep_s; // days of the coarsest tier
	uint64_t flows_keep_s; // closed connections, by when they began
	// privacy:
	uint64_t level; // of a device that has none of its own
	uint64_t domain_after_s; // closed connections become level 1
	uint64_t organisation_after_s; // and level 2
};

void history_config_defaults(struct history_config *c);
int history_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct history_config *ret,
	char ret_error[YAML_ERROR]
);
int privacy_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct history_config *ret,
	char ret_error[YAML_ERROR]
);
