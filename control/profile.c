// SPDX-License-Identifier: BSD-3-Clause

#include "control/profile.h"

#include "control/yaml_tree.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static_assert(PROFILE_ERROR == YAML_ERROR);

static int
read_description(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct profile *p = into;
	const char *text;
	int r = yaml_tree_text(t, value, sizeof p->description - 1, &text, ret_error);

	if (r == 0)
		snprintf(p->description, sizeof p->description, "%s", text);
	return r;
}

static int
read_verdict(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
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
	return 0;
}

static const struct yaml_key keys[] = {
	{"description", read_description, true},
	{"default", read_verdict, true},
};

static int
is_yaml(const struct dirent *e) {
	const char *dot = strrchr(e->d_name, '.');

	return dot && dot != e->d_name && strcmp(dot, ".yaml") == 0;
}

// Lower-case letters, digits and '-', because the name stands in URLs and on command lines.
static int
name_of(const char *file, const char *path, char ret[PROFILE_NAME_MAX + 1], char *ret_error) {
	size_t length = strlen(file) - strlen(".yaml");

	if (length > PROFILE_NAME_MAX
	    || strspn(file, "abcdefghijklmnopqrstuvwxyz0123456789-") != length) {
		snprintf(
			ret_error,
			PROFILE_ERROR,
			"%.300s:1:1: the file's name is the profile's: at most %d of a-z, 0-9 and "
			"'-' before .yaml",
			path,
			PROFILE_NAME_MAX
		);
		return -EINVAL;
	}
	memcpy(ret, file, length);
	ret[length] = 0;
	return 0;
}

static int
load_one(struct profiles *p, const char *directory, const char *file, char *ret_error) {
	struct profile profile = {.verdict = POLICY_DEFAULT_ALLOW};
	struct yaml_tree tree;
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, file);
	int r = name_of(file, path, profile.name, ret_error);
	if (r < 0)
		return r;
	r = yaml_tree_load(path, &tree, ret_error);
	if (r < 0)
		return r;
	r = yaml_tree_read(&tree, &tree.nodes[0], keys, 2, &profile, ret_error);
	yaml_tree_free(&tree);
	if (r < 0)
		return r;
	size_t at = 0;
	while (at < p->count && strcmp(p->items[at].name, profile.name) != 0)
		at++;
	if (at == PROFILES_MAX) {
		snprintf(
			ret_error,
			PROFILE_ERROR,
			"%.300s:1:1: more than %d profiles: remove some",
			path,
			PROFILES_MAX
		);
		return -EINVAL;
	}
	p->items[at] = profile;
	if (at == p->count)
		p->count++;
	return 0;
}

int
profiles_load(struct profiles *p, const char *directory, char ret_error[PROFILE_ERROR]) {
	struct dirent **entries;
	int n = scandir(directory, &entries, is_yaml, alphasort);
	int r = 0;

	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0) {
		r = -errno;
		snprintf(
			ret_error, PROFILE_ERROR, "%s: cannot be read: %s", directory, strerror(-r)
		);
		return r;
	}
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = load_one(p, directory, entries[i]->d_name, ret_error);
		free(entries[i]);
	}
	free(entries);
	return r;
}

const struct profile *
profiles_find(const struct profiles *p, const char *name) {
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->items[i].name, name) == 0)
			return &p->items[i];
	return NULL;
}

int
profiles_set_default(struct profiles *p, const char *name) {
	const struct profile *found = profiles_find(p, name);

	if (!found)
		return -ENOENT;
	p->by_default = (size_t)(found - p->items);
	return 0;
}
