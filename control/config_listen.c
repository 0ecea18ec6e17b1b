// SPDX-License-Identifier: BSD-3-Clause
// Where the browser may find us.

#include "control/config.h"
#include "control/text/language.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdio.h>

int
config_add_listen(struct config *c, const char *text, char ret_error[CONFIG_ERROR]) {
	bool loopback;
	const char *wrong = listen_wrong(text, &loopback);

	if (wrong) {
		snprintf(ret_error, CONFIG_ERROR, "'%.64s' %s", text, wrong);
		return -EINVAL;
	}
	if (c->listen_count == CONFIG_LISTEN_MAX) {
		snprintf(ret_error, CONFIG_ERROR, _("more than %d addresses"), CONFIG_LISTEN_MAX);
		return -EINVAL;
	}
	snprintf(c->listen[c->listen_count++], sizeof c->listen[0], "%s", text);
	return 0;
}

static int
read_one(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	const char *text,
	struct config *c,
	char ret_error[YAML_ERROR]
) {
	char why[CONFIG_ERROR];

	if (config_add_listen(c, text, why) < 0)
		return yaml_tree_fault(ret_error, t, value->line, value->column, "%.380s", why);
	return 0;
}

// One or several, parted by commas.
static int
read_line(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct config *c,
	char ret_error[YAML_ERROR]
) {
	const char *text;
	int r = yaml_tree_text(t, value, CONFIG_LISTEN_MAX * 64, &text, ret_error);

	while (r == 0 && *text) {
		char one[64];
		size_t n = strcspn(text, ", ");
		snprintf(one, sizeof one, "%.*s", (int)n, text);
		r = read_one(t, value, one, c, ret_error);
		text += n;
		text += strspn(text, ", ");
	}
	return r;
}

int
config_read_listen(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct config *c,
	char ret_error[YAML_ERROR]
) {
	int r = 0;

	c->listen_count = 0;
	if (value->kind == YAML_TEXT)
		return read_line(t, value, c, ret_error);
	if (value->kind != YAML_LIST || value->count == 0)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected an address or a list of them"
		);
	for (unsigned int i = 0; i < value->count && r == 0; i++) {
		const struct yaml_tree_node *one = &t->nodes[value->items[i].node];
		const char *text = "";
		r = yaml_tree_text(t, one, 63, &text, ret_error);
		if (r == 0)
			r = read_one(t, one, text, c, ret_error);
	}
	return r;
}

void
config_write_listen(const struct config *c, struct json *j) {
	json_array(j);
	for (size_t i = 0; i < c->listen_count; i++)
		json_string(j, c->listen[i]);
	json_end(j);
}
