// SPDX-License-Identifier: BSD-3-Clause
// One rule into a profile's text, or out of it; every other line stays as it was, comments too.
//
// Shape:   works on lines; what it made is read back and compared, so that a text laid out in a way
//          that was not foreseen is refused rather than spoilt.
// Threads: pure.
// Errors:  -EINVAL and a sentence; -ENOMEM.

#pragma once

#include "control/rule_spec.h"
#include "control/store/rows.h"
#include "control/yaml_tree.h"

#include <stddef.h>

// Behind the last rule.
int profile_text_add(
	const char *file,
	const char *text,
	size_t length,
	const struct rule_spec *spec,
	struct text **ret,
	char ret_error[YAML_ERROR]
);
// n counts from 1, of the profile's own rules.
int profile_text_remove(
	const char *file,
	const char *text,
	size_t length,
	unsigned int n,
	struct text **ret,
	char ret_error[YAML_ERROR]
);
