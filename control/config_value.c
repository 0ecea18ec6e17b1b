// SPDX-License-Identifier: BSD-3-Clause
// One value between a node of YAML, its field, and JSON: what the types mean.

#include "control/config.h"
#include "control/config_key.h"
#include "control/text/language.h"
#include "control/yaml_units.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BYTES 64

static void *
field_of(const struct config_key *k, struct config *c) {
	return (char *)c + k->offset;
}

static const void *
field_in(const struct config_key *k, const struct config *c) {
	return (const char *)c + k->offset;
}

// The n-th of "one|other", false past the last.
static bool
nth_word(const char *words, unsigned int n, char ret[WORD_BYTES]) {
	while (n > 0 && *words) {
		words += strcspn(words, "|");
		words += *words == '|';
		n--;
	}
	if (!*words)
		return false;
	snprintf(ret, WORD_BYTES, "%.*s", (int)strcspn(words, "|"), words);
	return true;
}

static int
read_word(
	const struct config_key *k,
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	unsigned int *ret,
	char ret_error[YAML_ERROR]
) {
	char all[256] = "";
	char word[WORD_BYTES], after[WORD_BYTES];
	const char *text;
	int r = yaml_tree_text(t, value, WORD_BYTES - 1, &text, ret_error);

	if (r < 0)
		return r;
	for (unsigned int i = 0; nth_word(k->allowed, i, word); i++) {
		if (strcmp(word, text) == 0) {
			*ret = i;
			return 0;
		}
		const char *before = i == 0		     ? ""
			: nth_word(k->allowed, i + 1, after) ? ", "
							     : " or ";
		size_t used = strlen(all);
		snprintf(all + used, sizeof all - used, "%s%s", before, word);
	}
	return yaml_tree_fault(
		ret_error,
		t,
		value->line,
		value->column,
		"'%s' is not known here: write %s",
		text,
		all
	);
}

static int
read_number(
	const struct config_key *k,
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	uint64_t *ret,
	char ret_error[YAML_ERROR]
) {
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0)
		return r;
	bool digits = strspn(text, "0123456789") == strlen(text) && strlen(text) < 19;
	uint64_t n = digits ? strtoull(text, NULL, 10) : 0;
	if (digits && n >= k->min && n <= k->max) {
		*ret = n;
		return 0;
	}
	return yaml_tree_fault(
		ret_error,
		t,
		value->line,
		value->column,
		"'%s' is not a number from %llu to %llu",
		text,
		(unsigned long long)k->min,
		(unsigned long long)k->max
	);
}

static int
read_text(
	const struct config_key *k,
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	char *into,
	char ret_error[YAML_ERROR]
) {
	const char *text = "";
	int r = yaml_tree_text(t, value, k->size - 1, &text, ret_error);

	if (r < 0)
		return r;
	if ((k->flags & CONFIG_WHOLE) && text[0] != '/')
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%.200s' is no whole path: write it from the first /",
			text
		);
	snprintf(into, k->size, "%s", text);
	return 0;
}

int
config_value_read(
	const struct config_key *k,
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct config *into,
	char ret_error[YAML_ERROR]
) {
	void *field = field_of(k, into);

	switch (k->type) {
	case CONFIG_TYPE_TEXT:
	case CONFIG_TYPE_PATH:
		return read_text(k, t, value, field, ret_error);
	case CONFIG_TYPE_WORD:
		return read_word(k, t, value, field, ret_error);
	case CONFIG_TYPE_FLAG:
		return yaml_tree_bool(t, value, field, ret_error);
	case CONFIG_TYPE_NUMBER:
		return read_number(k, t, value, field, ret_error);
	case CONFIG_TYPE_DURATION:
		return yaml_tree_seconds(t, value, k->min, k->max, field, ret_error);
	case CONFIG_TYPE_SIZE:
		return yaml_tree_bytes(t, value, k->min, k->max, field, ret_error);
	case CONFIG_TYPE_LIST:
	case CONFIG_TYPE_OBJECT:
		return k->read(t, value, into, ret_error);
	}
	return -EINVAL;
}

// A text has no lines: what stands before the finding is its source alone.
int
config_value_read_text(
	const struct config_key *k,
	const char *from,
	const char *text,
	struct config *into,
	char ret_error[YAML_ERROR]
) {
	struct yaml_tree_node node = {.kind = YAML_TEXT, .text = (char *)(uintptr_t)text};
	const struct yaml_tree t = {.file = from, .nodes = &node, .count = 1};
	size_t length = strlen(from);
	int r = config_value_read(k, &t, &node, into, ret_error);

	if (r < 0 && strncmp(ret_error, from, length) == 0
	    && strncmp(ret_error + length, ":0:0:", 5) == 0)
		memmove(ret_error + length,
			ret_error + length + 4,
			strlen(ret_error + length + 4) + 1);
	return r;
}

const char *
config_value_word(const struct config_key *k, const struct config *c) {
	static _Thread_local char word[WORD_BYTES];
	unsigned int n;

	memcpy(&n, field_in(k, c), sizeof n);
	return nth_word(k->allowed, n, word) ? word : "";
}

void
config_value_write(const struct config_key *k, const struct config *c, struct json *j) {
	const void *field = field_in(k, c);
	const char *text = field;
	char written[32];
	uint64_t n;

	switch (k->type) {
	case CONFIG_TYPE_TEXT:
	case CONFIG_TYPE_PATH:
		json_string(j, text[0] ? text : NULL);
		break;
	case CONFIG_TYPE_WORD:
		json_string(j, config_value_word(k, c));
		break;
	case CONFIG_TYPE_FLAG:
		json_bool(j, *(const bool *)field);
		break;
	case CONFIG_TYPE_NUMBER:
	case CONFIG_TYPE_DURATION:
	case CONFIG_TYPE_SIZE:
		memcpy(&n, field, sizeof n);
		if (k->type == CONFIG_TYPE_NUMBER)
			json_u64(j, n);
		else if (k->type == CONFIG_TYPE_DURATION)
			json_string(j, yaml_units_seconds(n, written));
		else
			json_string(j, yaml_units_bytes(n, written));
		break;
	case CONFIG_TYPE_LIST:
	case CONFIG_TYPE_OBJECT:
		if (k->write)
			k->write(c, j);
		else
			json_null(j); // a secret
		break;
	}
}

bool
config_value_same(const struct config_key *k, const struct config *a, const struct config *b) {
	struct json x, y;

	if (k->flags & CONFIG_SECRET)
		return memcmp(field_in(k, a), field_in(k, b), k->size) == 0;
	json_init(&x);
	json_init(&y);
	config_value_write(k, a, &x);
	config_value_write(k, b, &y);
	bool same = !x.failed && !y.failed && x.length == y.length
		&& memcmp(x.text, y.text, x.length) == 0;
	json_free(&x);
	json_free(&y);
	return same;
}

void
config_value_write_allowed(const struct config_key *k, struct json *j) {
	json_key(j, "allowed");
	if (k->type != CONFIG_TYPE_WORD) {
		json_string(j, _(k->allowed));
		return;
	}
	json_array(j);
	for (const char *at = k->allowed; *at;) {
		size_t n = strcspn(at, "|");
		json_string_n(j, at, n);
		at += n + (at[n] == '|');
	}
	json_end(j);
}
