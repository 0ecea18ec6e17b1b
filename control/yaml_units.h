// SPDX-License-Identifier: BSD-3-Clause
// Values with a unit: how long, how much, yes or no.
//
// Units:   seconds from 90s, 5m, 24h, 7d; bytes from 100K, 64M, 1G.
// Threads: pure.
// Errors:  as control/yaml_tree.h; out of min..max says what the bounds are.

#pragma once

#include "control/yaml_tree.h"

int yaml_tree_seconds(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	uint64_t min,
	uint64_t max,
	uint64_t *ret,
	char ret_error[YAML_ERROR]
);
int yaml_tree_bytes(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	uint64_t min,
	uint64_t max,
	uint64_t *ret,
	char ret_error[YAML_ERROR]
);
int yaml_tree_bool(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	bool *ret,
	char ret_error[YAML_ERROR]
);
// As people would write it: 24h, 64M.
const char *yaml_units_seconds(uint64_t n, char ret[32]);
const char *yaml_units_bytes(uint64_t n, char ret[32]);
