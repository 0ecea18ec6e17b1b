// SPDX-License-Identifier: BSD-3-Clause

#include "control/banner.h"

#include "platform/base.h"
#include "platform/json_write.h"

#include <stdio.h>

static int
read_title(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct banner *b = into;

	return yaml_tree_copy(t, value, b->title, sizeof b->title, ret_error);
}

static int
read_body(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct banner *b = into;

	return yaml_tree_copy(t, value, b->text, sizeof b->text, ret_error);
}

static int
read_try(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct banner *b = into;

	if (value->kind != YAML_LIST || value->count > BANNER_TRY_MAX)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected a list of at most %d sentences",
			BANNER_TRY_MAX
		);
	for (unsigned int i = 0; i < value->count; i++) {
		const struct yaml_tree_node *one = &t->nodes[value->items[i].node];
		int r = yaml_tree_copy(t, one, b->tries[i], sizeof b->tries[i], ret_error);
		if (r < 0)
			return r;
	}
	b->try_count = value->count;
	return 0;
}

static const struct yaml_key keys[] = {
	{"title", read_title, true},
	{"text", read_body, true},
	{"try", read_try, false},
};

int
banner_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct banner *ret,
	char ret_error[YAML_ERROR]
) {
	return yaml_tree_read(t, value, keys, ARRAY_LEN(keys), ret, ret_error);
}

void
banner_write(const struct banner *b, struct json *j) {
	if (!b->title[0]) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_string(j, "title", b->title);
	json_key_string(j, "text", b->text);
	json_key(j, "try");
	json_array(j);
	for (size_t i = 0; i < b->try_count; i++)
		json_string(j, b->tries[i]);
	json_end(j);
	json_end(j);
}
