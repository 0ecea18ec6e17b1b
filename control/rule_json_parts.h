// SPDX-License-Identifier: BSD-3-Clause
// The members of a rule in JSON that say when and how much, for control/rule_json.c.
//
// Threads: pure.
// Errors:  false and a fault.

#pragma once

#include "control/http/json_read.h"
#include "control/rule_spec.h"

bool rule_json_wants_object(
	const struct json_doc *d,
	unsigned int node,
	const char *field,
	const char *right,
	struct rule_fault *f
);
bool
rule_json_unknown(const char *field, const char *key, const char *nearest, struct rule_fault *f);
bool rule_json_read_schedule(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
);
bool rule_json_read_until(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
);
bool rule_json_read_limit(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
);
