// SPDX-License-Identifier: BSD-3-Clause
// What the one who set up this gateway says to everyone who opens it, such as "a pretend home".
//
// Shape:   the mapping `banner` of spin.yaml: title, text and at most five things to try; all of it
//          plain text, shown as such.  Without a title there is no banner.
// Threads: the core thread.

#pragma once

#include "control/yaml_tree.h"

#include <stddef.h>

#define BANNER_TRY_MAX 5

struct json;

struct banner {
	char title[121];
	char text[481];
	char tries[BANNER_TRY_MAX][241];
	size_t try_count;
};

int banner_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct banner *ret,
	char ret_error[YAML_ERROR]
);
// As the API shows it, and the configuration; without a title null.
void banner_write(const struct banner *b, struct json *j);
