// SPDX-License-Identifier: BSD-3-Clause
// One rule as a profile's file has it:
//
//	- allow: {domain: example.org, service: https}
//	- block: {country: XX}
//	  schedule: mon-fri 22:00-06:00
//	  comment: why it is there
//	- limit: {up: 2M}
//
// Threads: pure.
// Errors:  as control/yaml_tree.h.

#pragma once

#include "control/rule_spec.h"
#include "control/yaml_tree.h"

int profile_rule_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *node,
	struct rule_spec *ret,
	char ret_error[YAML_ERROR]
);
// "allow: {domain: example.org, service: https}", in one line and without a newline; -E2BIG when it
// does not fit.
#define PROFILE_RULE_TEXT 1024
int profile_rule_write(const struct rule_spec *s, char ret[PROFILE_RULE_TEXT]);
