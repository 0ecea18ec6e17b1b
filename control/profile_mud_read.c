// SPDX-License-Identifier: BSD-3-Clause
// The `mud:` of a profile's file: what the MUD file said of itself.

#include "control/profile_mud.h"
#include "platform/base.h"

#include <stdlib.h>
#include <string.h>

#define READER(name)                                                                               \
	static int read_##name(                                                                    \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	)

#define X(field, ...)                                                                              \
	READER(field) {                                                                            \
		struct mud_head *h = into;                                                         \
		return yaml_tree_copy(t, value, h->field, sizeof h->field, ret_error);             \
	}
MUD_HEAD_TEXTS(X)
#undef X

READER(hours) {
	struct mud_head *h = into;
	const char *text;
	int r = yaml_tree_text(t, value, 8, &text, ret_error);

	if (r < 0)
		return r;
	unsigned long hours = strtoul(text, NULL, 10);
	if (strspn(text, "0123456789") != strlen(text) || hours < 1 || hours > 168)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is not 1 to 168 hours (RFC 8520 3.5)",
			text
		);
	h->cache_validity = (uint32_t)hours;
	return 0;
}

READER(supported) {
	struct mud_head *h = into;
	const char *text;
	int r = yaml_tree_text(t, value, 8, &text, ret_error);

	if (r < 0)
		return r;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return yaml_tree_fault(
			ret_error, t, value->line, value->column, "write true or false"
		);
	h->is_supported = text[0] == 't';
	return 0;
}

int
profile_mud_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *node,
	struct mud_head *ret,
	char ret_error[YAML_ERROR]
) {
	static const struct yaml_key keys[] = {
#define X(field, key, required) {key, read_##field, required},
		MUD_HEAD_TEXTS(X)
#undef X
			{"cache-hours", read_hours, false},
		{"supported", read_supported, false},
	};
	struct mud_head h = {.cache_validity = MUD_CACHE_HOURS, .is_supported = true};

	if (node->kind != YAML_MAP)
		return yaml_tree_fault(
			ret_error,
			t,
			node->line,
			node->column,
			"expected what the MUD file says of itself: 'url: https://…'"
		);
	int r = yaml_tree_read(t, node, keys, ARRAY_LEN(keys), &h, ret_error);
	if (r == 0 && strncmp(h.url, "https://", 8) != 0)
		r = yaml_tree_fault(
			ret_error,
			t,
			node->line,
			node->column,
			"'url' is no https:// address (RFC 8520 3.2)"
		);
	if (r == 0)
		*ret = h;
	return r;
}
