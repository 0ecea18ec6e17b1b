// SPDX-License-Identifier: BSD-3-Clause
// What shape.c and shape_csv.c share.

#pragma once

#include "control/http/json_read.h"
#include "control/http/shape.h"

// Is the word one of those that are parted by blanks?
bool shape_has(const char *words, const char *word, size_t length);
// The items as lines that end in CR LF, below a line of the columns' names; `fields` chooses among
// the columns, NULL takes all.  json_raw is all that is used of `j`.
void shape_write_csv(
	const struct shape *s,
	const struct json_doc *d,
	const char *fields,
	struct json *j
);
