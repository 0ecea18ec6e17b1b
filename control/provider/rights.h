// SPDX-License-Identifier: BSD-3-Clause
// What a household can allow an access provider or a helpdesk, and which operation needs what.
//
// Shape:   rights_table.py writes the table from the parts of openapi.yaml: `x-provider-right`
//          where it is said; else what changes something needs `act`, and what is read the right
//          of its area.  Only operations that x-roles opens to the provider stand in it.
// Threads: any.
// Source:  issue 5, "The provider".

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Constant, word, what it means.
#define RIGHTS(X)                                                                                  \
	X(DEVICES, "devices", "see the devices, rules and profiles")                               \
	X(FLOWS, "flows", "see whom the devices talk to")                                          \
	X(ACT, "act", "block, allow, pause and rename")                                            \
	X(CAPTURE, "capture", "record traffic, once each recording is approved")                   \
	X(STATISTICS, "statistics", "see counts without names")

enum right {
#define X(id, word, meaning) RIGHT_##id,
	RIGHTS(X)
#undef X
	RIGHT_COUNT,
	RIGHT_NONE = RIGHT_COUNT, // consent is enough
};

struct right_row {
	const char *operation;
	enum right right;
};

// Sorted by operation.
extern const struct right_row rights_table[];
extern const size_t rights_table_count;

const char *right_word(enum right r);
const char *right_meaning(enum right r);
bool right_parse(const char *word, enum right *ret);
// False for an operation that is not for providers.
bool right_of(const char *operation, enum right *ret);
