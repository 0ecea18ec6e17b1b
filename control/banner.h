// SPDX-License-Identifier: BSD-3-Clause
// What the one who set up this gateway says to everyone who opens it, such as "a pretend home".
//
// Shape:   the mapping `banner` of spin.yaml: title, text and at most five things to try, and where
//          they are known the same beneath `nl` and `de`; all of it plain text, shown as such.
//          Without a title there is no banner, and without one of its own a language has English.
// Threads: the core thread.

#pragma once

#include "control/text/language.h"
#include "control/yaml_tree.h"

#include <stddef.h>

#define BANNER_TRY_MAX 5

struct json;

struct banner_words {
	char title[121];
	char text[481];
	char tries[BANNER_TRY_MAX][241];
	size_t try_count;
};

struct banner {
	struct banner_words in[LANGUAGE_COUNT];
};

int banner_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct banner *ret,
	char ret_error[YAML_ERROR]
);
bool banner_is_set(const struct banner *b);
void banner_write(const struct banner *b, struct json *j); // as the configuration has it, or null
void banner_say(const struct banner *b, struct json *j); // to who asks
