// SPDX-License-Identifier: BSD-3-Clause
// What was learned of a device, as people see it, and as a profile that lets just that pass.
//
// Shape:   rows are numbered from 1 as they stand; learning_settle comes first.
// Threads: the core thread.

#pragma once

#include "control/learn/learning.h"
#include "control/store/rows.h"
#include "platform/json_write.h"

struct core;

// The schema Learned of openapi.yaml.
void learn_view(const struct core *c, const struct device *d, struct json *j);

// Which rows to take.
struct learn_choice {
	bool without[LEARN_ROWS_MAX];
	size_t rules; // that it led to
	size_t refused; // rows that somebody's rule or list stops
};
// The text of the profile; NULL without memory.
struct text *learn_profile(
	const struct core *c,
	const struct device *d,
	const char *base,
	struct learn_choice *w
);
