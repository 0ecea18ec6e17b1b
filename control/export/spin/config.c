// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/config.h"

#include "control/rule_json.h"
#include "control/text/language.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool
read_one(const char *text, struct rule_address *ret) {
	struct rule_spec spec = {.action = ACTION_BLOCK};
	struct rule_fault fault;

	if (!rule_set_object(&spec, strchr(text, '/') ? RULE_PREFIX : RULE_ADDRESS, text, &fault))
		return false;
	*ret = spec.address;
	if (!strchr(text, '/'))
		ret->length = ret->family == 4 ? 32 : 128;
	return true;
}

int
spin_from_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct spin_from *ret,
	char ret_error[YAML_ERROR]
) {
	if (value->kind != YAML_LIST || value->count > SPIN_FROM_MAX)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected a list of at most %d networks, such as [192.168.8.0/24]",
			SPIN_FROM_MAX
		);
	*ret = (struct spin_from){.count = 0};
	for (unsigned int i = 0; i < value->count; i++) {
		const struct yaml_tree_node *one = &t->nodes[value->items[i].node];
		const char *text = "";
		int r = yaml_tree_text(t, one, 63, &text, ret_error);
		if (r < 0)
			return r;
		if (!read_one(text, &ret->at[i]) || ret->at[i].length == 0)
			return yaml_tree_fault(
				ret_error,
				t,
				one->line,
				one->column,
				"'%.63s' is no network of the home: write 192.168.8.0/24, "
				"fd00::/64 or one address",
				text
			);
		ret->count++;
	}
	return 0;
}

void
spin_from_write(const struct spin_from *f, struct json *j) {
	char text[64];

	json_array(j);
	for (size_t i = 0; i < f->count; i++)
		json_string(j, rule_address_text(&f->at[i], text));
	json_end(j);
}

int
spin_config_check(const struct spin_config *c, char ret_error[YAML_ERROR]) {
	if (c->auth != SPIN_AUTH_OPEN || c->from.count > 0)
		return 0;
	snprintf(
		ret_error,
		YAML_ERROR,
		_("open without spin_compat.from would let every page and every device act: name "
		  "the networks of the clients, or use account")
	);
	return -EINVAL;
}

static bool
is_within(const struct rule_address *prefix, unsigned int family, const uint8_t address[16]) {
	unsigned int whole = prefix->length / 8, rest = prefix->length % 8;

	return prefix->family == family && memcmp(prefix->bytes, address, whole) == 0
		&& (rest == 0 || (prefix->bytes[whole] ^ address[whole]) >> (8 - rest) == 0);
}

bool
spin_from_has(const struct spin_from *f, const char *address) {
	unsigned int family;
	uint8_t bytes[16];

	if (text_parse_address(address, &family, bytes) < 0)
		return false;
	for (size_t i = 0; i < f->count; i++)
		if (is_within(&f->at[i], family, bytes))
			return true;
	return false;
}
