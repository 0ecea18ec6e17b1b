// SPDX-License-Identifier: BSD-3-Clause
// Reading: from a directory's files, or from one text, to profiles that have their own rules.

#include "control/profile.h"

#include "control/profile_mud.h"
#include "control/profile_rule.h"
#include "control/text/language.h"
#include "control/yaml_tree.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static_assert(PROFILE_ERROR == YAML_ERROR);

#define READER(name)                                                                               \
	static int name(                                                                           \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	)

READER(read_description) {
	struct profile *p = into;

	return yaml_tree_copy(t, value, p->description, sizeof p->description, ret_error);
}

READER(read_extends) {
	struct profile *p = into;
	const char *text;
	int r = yaml_tree_text(t, value, 255, &text, ret_error);

	if (r < 0)
		return r;
	p->extends_line = value->line;
	p->extends_column = value->column;
	if (!profile_name_is_good(text))
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%.40s' is no name of a profile: at most %d of a-z, 0-9 and '-'",
			text,
			PROFILE_NAME_MAX
		);
	snprintf(p->extends, sizeof p->extends, "%s", text);
	return 0;
}

READER(read_verdict) {
	struct profile *p = into;
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0)
		return r;
	if (strcmp(text, "allow") != 0 && strcmp(text, "block") != 0)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is no verdict: write 'allow' or 'block'",
			text
		);
	p->verdict = text[0] == 'b' ? POLICY_DEFAULT_BLOCK : POLICY_DEFAULT_ALLOW;
	p->has_verdict = true;
	return 0;
}

READER(read_rules) {
	struct profile *p = into;

	// "rules:" with nothing behind it, as after the last one was taken away.
	if (value->kind == YAML_TEXT && !value->text[0] && !value->quoted)
		return 0;
	if (value->kind != YAML_LIST)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected one rule a line, as '- allow: {domain: example.org}'"
		);
	if (value->count > PROFILE_RULES_MAX)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"more than %d rules: a list of names does this better",
			PROFILE_RULES_MAX
		);
	p->rules = calloc(value->count + 1, sizeof *p->rules);
	if (!p->rules)
		return -ENOMEM;
	for (unsigned int i = 0; i < value->count; i++) {
		const struct yaml_tree_node *node = &t->nodes[value->items[i].node];
		struct rule_spec *spec = &p->rules[i].spec;
		int r = profile_rule_read(t, node, spec, ret_error);
		if (r < 0)
			return r;
		snprintf(spec->profile, sizeof spec->profile, "%s", p->name);
		for (unsigned int k = 0; k < i; k++)
			if (rule_spec_same(&p->rules[k].spec, spec))
				return yaml_tree_fault(
					ret_error,
					t,
					node->line,
					node->column,
					"the rule in line %u says the same: keep one of them",
					t->nodes[value->items[k].node].line
				);
		p->rules_count = p->own_count = i + 1;
	}
	return 0;
}

READER(read_mud) {
	struct profile *p = into;

	return profile_mud_read(t, value, &p->mud, ret_error);
}

static const struct yaml_key keys[] = {
	{"description", read_description, true},
	{"extends", read_extends, false},
	{"default", read_verdict, false},
	{"mud", read_mud, false},
	{"rules", read_rules, false},
};

static void
profile_free(struct profile *p) {
	free(p->rules);
	free(p->text);
	*p = (struct profile){.rules = NULL};
}

void
profiles_free(struct profiles *p) {
	for (size_t i = 0; i < p->count; i++)
		profile_free(&p->items[i]);
	p->count = p->by_default = 0;
}

void
profiles_remove(struct profiles *p, const char *name) {
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->items[i].name, name) == 0) {
			profile_free(&p->items[i]);
			p->count--;
			memmove(&p->items[i], &p->items[i + 1], (p->count - i) * sizeof p->items[0]
			);
			return;
		}
}

bool
profile_name_is_good(const char *name) {
	size_t length = strlen(name);

	return length > 0 && length <= PROFILE_NAME_MAX
		&& strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static int
profile_read(struct profile *p, const char *text, size_t length, char *ret_error) {
	struct yaml_tree tree;

	if (length > PROFILE_TEXT_MAX) {
		snprintf(
			ret_error,
			PROFILE_ERROR,
			_("%.300s:1:1: larger than 64 KiB: a list of names does this better"),
			p->path
		);
		return -EINVAL;
	}
	int r = yaml_tree_parse(p->path, text, length, &tree, ret_error);
	if (r < 0)
		return r;
	r = yaml_tree_read(&tree, &tree.nodes[0], keys, sizeof keys / sizeof keys[0], p, ret_error);
	if (r == 0 && !p->has_verdict && !p->extends[0])
		r = yaml_tree_fault(
			ret_error,
			&tree,
			1,
			1,
			"the key 'default' is missing: add 'default: allow' or 'default: block', "
			"or 'extends: NAME'"
		);
	yaml_tree_free(&tree);
	if (r < 0)
		return r;
	p->text = malloc(length + 1);
	if (!p->text)
		return -ENOMEM;
	memcpy(p->text, text, length);
	p->text[length] = 0;
	p->length = length;
	return 0;
}

int
profiles_put(
	struct profiles *p,
	const char *name,
	const char *path,
	bool shipped,
	const char *text,
	size_t length,
	char ret_error[PROFILE_ERROR]
) {
	struct profile profile = {.verdict = POLICY_DEFAULT_ALLOW, .shipped = shipped};
	size_t at = 0;

	snprintf(profile.name, sizeof profile.name, "%s", name);
	snprintf(profile.path, sizeof profile.path, "%s", path);
	while (at < p->count && strcmp(p->items[at].name, name) != 0)
		at++;
	if (at == PROFILES_MAX) {
		snprintf(
			ret_error,
			PROFILE_ERROR,
			_("%.300s:1:1: more than %d profiles: remove some"),
			path,
			PROFILES_MAX
		);
		return -EINVAL;
	}
	int r = profile_read(&profile, text, length, ret_error);
	if (r < 0) {
		if (r == -ENOMEM)
			snprintf(ret_error, PROFILE_ERROR, _("%.300s: out of memory"), path);
		profile_free(&profile);
		return r;
	}
	if (at == p->count)
		p->count++;
	else
		profile_free(&p->items[at]);
	p->items[at] = profile;
	return 0;
}

static int
is_yaml(const struct dirent *e) {
	const char *dot = strrchr(e->d_name, '.');

	return dot && dot != e->d_name && strcmp(dot, ".yaml") == 0;
}

static int
load_one(
	struct profiles *p,
	const char *directory,
	bool shipped,
	const char *file,
	char *ret_error
) {
	char path[4096];
	char name[256];
	char *text;
	size_t length;

	snprintf(path, sizeof path, "%s/%s", directory, file);
	snprintf(name, sizeof name, "%.*s", (int)(strlen(file) - strlen(".yaml")), file);
	// Lower-case letters, because the name stands in URLs and on command lines.
	if (!profile_name_is_good(name)) {
		snprintf(
			ret_error,
			PROFILE_ERROR,
			_("%.300s:1:1: the file's name is the profile's: at most %d of a-z, 0-9 "
			  "and "
			  "'-' before .yaml"),
			path,
			PROFILE_NAME_MAX
		);
		return -EINVAL;
	}
	int r = yaml_file_read(path, &text, &length, ret_error);
	if (r < 0)
		return r;
	r = profiles_put(p, name, path, shipped, text, length, ret_error);
	free(text);
	return r;
}

int
profiles_load(
	struct profiles *p,
	const char *directory,
	bool shipped,
	char ret_error[PROFILE_ERROR]
) {
	struct dirent **entries;
	int n = scandir(directory, &entries, is_yaml, alphasort);
	int r = 0;

	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0) {
		r = -errno;
		snprintf(
			ret_error,
			PROFILE_ERROR,
			_("%s: cannot be read: %s"),
			directory,
			strerror(-r)
		);
		return r;
	}
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = load_one(p, directory, shipped, entries[i]->d_name, ret_error);
		free(entries[i]);
	}
	free(entries);
	return r;
}
