// SPDX-License-Identifier: BSD-3-Clause
// A profile's file, written by us for people to read and to go on with.
//
// Threads: pure.

#pragma once

#include "control/mud/mud_head.h"
#include "control/rule_spec.h"
#include "control/store/rows.h"

struct profile_draft {
	const char *remark; // lines for the top, each ended by '\n'
	const char *description;
	const char *extends;
	const struct mud_head *mud; // NULL: it was made of no MUD file
	const struct rule_spec *rules;
	size_t count;
};

// NULL without memory, or where a rule cannot be written.
struct text *profile_write(const struct profile_draft *d);

// What a stranger called itself, without what means something to YAML or a terminal.
void profile_clean(const char *text, char *into, size_t room);
