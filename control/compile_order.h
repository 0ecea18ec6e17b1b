// SPDX-License-Identifier: BSD-3-Clause
// What goes before what: rules in the order of precedence, and each object's rules as runs.
//
// Threads: pure.
// Errors:  compile_sort returns -ENOMEM, or -EINVAL for a rule that names a row that is not there.
// Source:  DESIGN 4 "What a rule means".

#pragma once

#include "control/compile.h"

struct compile_object {
	uint32_t kind; // enum policy_kind
	uint32_t length; // of its longest prefix or name
};

// What compile_finish lays out.
struct compile_sorted {
	struct compile_rows rules; // struct policy_rule
	struct compile_rows locals;
	struct compile_rows objects; // struct policy_object
	struct compile_rows runs;
	struct compile_rows run_rules;
	uint32_t deciding;
	bool failed;
};

int compile_sort(const struct compile *c, struct compile_sorted *ret);
void compile_sorted_free(struct compile_sorted *s);

// Appends `count` rows; returns the number of the first.  Sets *failed without memory.
uint32_t compile_append(struct compile_rows *r, const void *rows, uint32_t count, bool *failed);
