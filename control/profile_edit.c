// SPDX-License-Identifier: BSD-3-Clause

#include "control/profile_edit.h"

#include "control/profile_rule.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RULES_KEY "rules"

static const struct yaml_item *
rules_item(const struct yaml_tree *t) {
	for (unsigned int i = 0; i < t->nodes[0].count; i++)
		if (strcmp(t->nodes[0].items[i].key, RULES_KEY) == 0)
			return &t->nodes[0].items[i];
	return NULL;
}

static unsigned int
count_rules(const struct yaml_tree *t) {
	const struct yaml_item *item = rules_item(t);
	const struct yaml_tree_node *list = item ? &t->nodes[item->node] : NULL;

	return list && list->kind == YAML_LIST ? list->count : 0;
}

// Where line `line` begins (from 1); the end of the text for one behind the last.
static size_t
line_start(const char *text, size_t length, unsigned int line) {
	size_t at = 0;

	for (unsigned int n = 1; n < line && at < length; n++) {
		const char *end = memchr(text + at, '\n', length - at);
		at = end ? (size_t)(end - text) + 1 : length;
	}
	return at;
}

// The line of the item's dash, which may stand above what it introduces; its indent.
static bool
find_dash(const char *text, size_t length, unsigned int *line, size_t *ret_indent) {
	for (unsigned int n = *line; n > 0; n--) {
		size_t at = line_start(text, length, n);
		size_t indent = strspn(text + at, " ");
		char first = text[at + indent];
		if (first == '-') {
			*line = n;
			*ret_indent = indent;
			return true;
		}
		if (n < *line && first != '#' && first != '\n')
			return false;
	}
	return false;
}

// The text with [from, to) replaced.
static struct text *
splice(const char *text, size_t length, size_t from, size_t to, const char *with) {
	size_t added = strlen(with);
	struct text *made = text_new(NULL, length - (to - from) + added);

	if (!made)
		return NULL;
	memcpy(made->text, text, from);
	memcpy(made->text + from, with, added);
	memcpy(made->text + from + added, text + to, length - to);
	made->text[made->length] = 0;
	return made;
}

static int
refuse(char ret_error[YAML_ERROR], const struct yaml_tree *t, unsigned int line) {
	return yaml_tree_fault(
		ret_error,
		t,
		line,
		1,
		"the rules are laid out in a way that cannot be edited line by line: write one "
		"'- ' a line, or edit the text"
	);
}

// What was made has `count` rules and everything else as before; drops it when it has not.
static int
check(struct text *made,
      const struct yaml_tree *t,
      unsigned int count,
      struct text **ret,
      char ret_error[YAML_ERROR]) {
	char ignored[YAML_ERROR];
	struct yaml_tree after;

	if (!made) {
		snprintf(ret_error, YAML_ERROR, _("%.300s: out of memory"), t->file);
		return -ENOMEM;
	}
	bool good = yaml_tree_parse(t->file, made->text, made->length, &after, ignored) == 0;
	if (good) {
		unsigned int keys = t->nodes[0].count + (rules_item(t) ? 0 : 1);
		good = count_rules(&after) == count && after.nodes[0].count == keys;
		yaml_tree_free(&after);
	}
	if (!good) {
		const struct yaml_item *item = rules_item(t);
		text_drop(made);
		return refuse(ret_error, t, item ? item->line : 1);
	}
	*ret = made;
	return 0;
}

static int
add(const struct yaml_tree *t,
    const char *text,
    size_t length,
    const char *rule,
    struct text **ret,
    char ret_error[YAML_ERROR]) {
	const struct yaml_item *item = rules_item(t);
	const struct yaml_tree_node *list = item ? &t->nodes[item->node] : NULL;
	bool some = list && list->kind == YAML_LIST && list->count > 0;
	char line[PROFILE_RULE_TEXT + 256];
	size_t indent = 2;
	size_t at = length;
	const char *key = "";

	if (list && list->kind == YAML_LIST && list->flow && some)
		return refuse(ret_error, t, list->line);
	if (some) {
		unsigned int first = t->nodes[list->items[0].node].line;
		if (!find_dash(text, length, &first, &indent) || indent > 64)
			return refuse(ret_error, t, list->line);
		at = line_start(text, length, list->end_line + 1);
	} else if (item) {
		// "rules:" or "rules: []"; what stands behind it on its line goes.
		at = line_start(text, length, item->line + 1);
		key = RULES_KEY ":\n";
	} else {
		key = RULES_KEY ":\n";
	}
	bool newline = at > 0 && text[at - 1] != '\n';
	size_t from = item && !some ? line_start(text, length, item->line) : at;
	snprintf(
		line,
		sizeof line,
		"%s%s%*s- %s\n",
		newline && from == at ? "\n" : "",
		key,
		(int)indent,
		"",
		rule
	);
	return check(splice(text, length, from, at, line), t, count_rules(t) + 1, ret, ret_error);
}

int
profile_text_add(
	const char *file,
	const char *text,
	size_t length,
	const struct rule_spec *spec,
	struct text **ret,
	char ret_error[YAML_ERROR]
) {
	char rule[PROFILE_RULE_TEXT];
	struct yaml_tree t;

	if (profile_rule_write(spec, rule) < 0) {
		snprintf(ret_error, YAML_ERROR, _("%.300s: the rule is too long"), file);
		return -EINVAL;
	}
	int r = yaml_tree_parse(file, text, length, &t, ret_error);
	if (r < 0)
		return r;
	r = add(&t, text, length, rule, ret, ret_error);
	yaml_tree_free(&t);
	return r;
}

int
profile_text_remove(
	const char *file,
	const char *text,
	size_t length,
	unsigned int n,
	struct text **ret,
	char ret_error[YAML_ERROR]
) {
	struct yaml_tree t;
	int r = yaml_tree_parse(file, text, length, &t, ret_error);

	if (r < 0)
		return r;
	const struct yaml_item *item = rules_item(&t);
	const struct yaml_tree_node *list = item ? &t.nodes[item->node] : NULL;
	unsigned int count = count_rules(&t);
	if (n == 0 || n > count) {
		snprintf(
			ret_error,
			YAML_ERROR,
			_("%.300s: there is no rule %u: it has %u of its own"),
			file,
			n,
			count
		);
		r = -ENOENT;
	} else {
		const struct yaml_tree_node *node = &t.nodes[list->items[n - 1].node];
		unsigned int line = node->line;
		size_t indent;
		if (list->flow || !find_dash(text, length, &line, &indent))
			r = refuse(ret_error, &t, list->line);
		else
			r =
				check(splice(text,
					     length,
					     line_start(text, length, line),
					     line_start(text, length, node->end_line + 1),
					     ""),
				      &t,
				      count - 1,
				      ret,
				      ret_error);
	}
	yaml_tree_free(&t);
	return r;
}
