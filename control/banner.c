// SPDX-License-Identifier: BSD-3-Clause

#include "control/banner.h"

#include "platform/base.h"
#include "platform/json_write.h"

#include <assert.h>

static int
read_title(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct banner_words *b = into;

	return yaml_tree_copy(t, value, b->title, sizeof b->title, ret_error);
}

static int
read_body(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct banner_words *b = into;

	return yaml_tree_copy(t, value, b->text, sizeof b->text, ret_error);
}

static int
read_try(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct banner_words *b = into;

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

// What each language has; the outer mapping has it in English, and the others by their tags.
#define WORDS                                                                                      \
	{"title", read_title, true}, {"text", read_body, true}, {                                  \
		"try", read_try, false                                                             \
	}

static int
read_words(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct banner_words *ret,
	char ret_error[YAML_ERROR]
) {
	static const struct yaml_key keys[] = {WORDS};

	return yaml_tree_read(t, value, keys, ARRAY_LEN(keys), ret, ret_error);
}

static int
read_dutch(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	return read_words(t, value, &((struct banner *)into)->in[LANGUAGE_DUTCH], ret_error);
}

static int
read_german(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	return read_words(t, value, &((struct banner *)into)->in[LANGUAGE_GERMAN], ret_error);
}

int
banner_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct banner *ret,
	char ret_error[YAML_ERROR]
) {
	static_assert(offsetof(struct banner, in[LANGUAGE_ENGLISH]) == 0);
	static const struct yaml_key keys[] = {
		WORDS, {"nl", read_dutch, false}, {"de", read_german, false}};

	return yaml_tree_read(t, value, keys, ARRAY_LEN(keys), ret, ret_error);
}

static void
write_words(const struct banner_words *b, struct json *j) {
	json_key_string(j, "title", b->title);
	json_key_string(j, "text", b->text);
	json_key(j, "try");
	json_array(j);
	for (size_t i = 0; i < b->try_count; i++)
		json_string(j, b->tries[i]);
	json_end(j);
}

bool
banner_is_set(const struct banner *b) {
	return b->in[LANGUAGE_ENGLISH].title[0] != 0;
}

void
banner_write(const struct banner *b, struct json *j) {
	if (!banner_is_set(b)) {
		json_null(j);
		return;
	}
	json_object(j);
	for (size_t l = 0; l < LANGUAGE_COUNT; l++) {
		if (!b->in[l].title[0])
			continue;
		if (l != LANGUAGE_ENGLISH) {
			json_key(j, language_tag((enum language)l));
			json_object(j);
		}
		write_words(&b->in[l], j);
		if (l != LANGUAGE_ENGLISH)
			json_end(j);
	}
	json_end(j);
}

void
banner_say(const struct banner *b, struct json *j) {
	const struct banner_words *own = &b->in[language_spoken()];
	const struct banner_words *words = own->title[0] ? own : &b->in[LANGUAGE_ENGLISH];

	json_object(j);
	write_words(words, j);
	json_end(j);
}
