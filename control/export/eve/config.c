// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/config.h"

#include "platform/json_write.h"

#include <string.h>

#define LINE 128

static const char *const words[] = {
#define X(id, word) word,
	EVE_TYPES(X)
#undef X
};

static int
add_word(
	const struct yaml_tree *t,
	const struct yaml_tree_node *at,
	const char *word,
	unsigned int *types,
	char ret_error[YAML_ERROR]
) {
	for (unsigned int i = 0; i < EVE_TYPE_COUNT; i++)
		if (strcmp(words[i], word) == 0) {
			*types |= 1u << i;
			return 0;
		}
	return yaml_tree_fault(
		ret_error,
		t,
		at->line,
		at->column,
		"'%.40s' is no type of event; there are flow, dns, tls, alert, drop and stats",
		word
	);
}

// As the environment and the default give them: parted by commas.
static int
read_line(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	unsigned int *types,
	char ret_error[YAML_ERROR]
) {
	char line[LINE], *rest = line, *word;
	int r = yaml_tree_copy(t, value, line, sizeof line, ret_error);

	while (r == 0 && (word = strsep(&rest, ", ")))
		if (*word)
			r = add_word(t, value, word, types, ret_error);
	return r;
}

int
eve_types_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct eve_config *into,
	char ret_error[YAML_ERROR]
) {
	unsigned int types = 0;
	char word[LINE];
	int r = 0;

	if (value->kind == YAML_TEXT)
		r = read_line(t, value, &types, ret_error);
	for (unsigned int i = 0; value->kind == YAML_LIST && i < value->count && r == 0; i++) {
		const struct yaml_tree_node *one = &t->nodes[value->items[i].node];
		r = yaml_tree_copy(t, one, word, sizeof word, ret_error);
		if (r == 0)
			r = add_word(t, one, word, &types, ret_error);
	}
	if (r == 0 && !types)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected a list of at least one of flow, dns, tls, alert, drop and stats"
		);
	if (r == 0)
		into->types = types;
	return r;
}

void
eve_types_write(const struct eve_config *c, struct json *j) {
	json_array(j);
	for (unsigned int i = 0; i < EVE_TYPE_COUNT; i++)
		if (c->types & 1u << i)
			json_string(j, words[i]);
	json_end(j);
}
