// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_config.h"

#include "platform/base.h"
#include "platform/lists_image.h"

#include <stdio.h>
#include <string.h>

_Static_assert(LISTS_CONFIG_MAX <= LISTS_MAX, "every list has a bit");

struct one {
	char name[33];
	char file[LISTS_PATH];
};

static int
read_name(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct one *one = into;

	return yaml_tree_copy(t, value, one->name, sizeof one->name, ret_error);
}

static int
read_file(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct one *one = into;
	int r = yaml_tree_copy(t, value, one->file, sizeof one->file, ret_error);

	if (r == 0 && one->file[0] != '/')
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%.200s' is no whole path: write it from the first /",
			one->file
		);
	return r;
}

static int
read_action(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	(void)into;
	if (r == 0 && strcmp(text, "block") != 0)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is no action of a list: write block",
			text
		);
	return r;
}

static const struct yaml_key keys[] = {
	{"name", read_name, true},
	{"file", read_file, true},
	{"action", read_action, true},
};

static int
read_one(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct lists_config *ret,
	char ret_error[YAML_ERROR]
) {
	struct one one = {0};

	if (value->kind != YAML_MAP)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected a list: {name: ads, file: /etc/spin/ads.txt, action: block}"
		);
	int r = yaml_tree_read(t, value, keys, ARRAY_LEN(keys), &one, ret_error);
	if (r < 0)
		return r;
	for (unsigned int i = 0; i < ret->count; i++)
		if (strcmp(ret->list[i].name, one.name) == 0)
			return yaml_tree_fault(
				ret_error,
				t,
				value->line,
				value->column,
				"there is a list '%s' already: give each a name of its own",
				one.name
			);
	memcpy(ret->list[ret->count].name, one.name, sizeof one.name);
	memcpy(ret->list[ret->count].file, one.file, sizeof one.file);
	ret->count++;
	return 0;
}

int
lists_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct lists_config *ret,
	char ret_error[YAML_ERROR]
) {
	int r = 0;

	ret->count = 0;
	if (value->kind != YAML_LIST || value->count > LISTS_CONFIG_MAX)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected at most %d lists, each {name, file, action}",
			LISTS_CONFIG_MAX
		);
	for (unsigned int i = 0; i < value->count && r == 0; i++)
		r = read_one(t, &t->nodes[value->items[i].node], ret, ret_error);
	return r;
}
