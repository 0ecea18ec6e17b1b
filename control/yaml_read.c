// SPDX-License-Identifier: BSD-3-Clause
// From a file to a tree, and from a tree to a struct by a table of keys.

#include "control/text/language.h"
#include "control/yaml_tree.h"
#include "platform/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
read_file(const char *file, char **ret_text, size_t *ret_length) {
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	int r = -EIO;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		r = -EINVAL;
		goto out;
	}
	size_t room = MIN_OF((size_t)st.st_size, (size_t)YAML_BYTES_MAX + 1);
	text = malloc(room + 1);
	if (!text) {
		r = -ENOMEM;
		goto out;
	}
	ssize_t n = read(fd, text, room);
	if (n < 0) {
		r = -errno;
		goto out;
	}
	*ret_text = text;
	*ret_length = (size_t)n;
	close(fd);
	return 0;
out:
	free(text);
	close(fd);
	return r;
}

int
yaml_file_read(const char *file, char **ret_text, size_t *ret_length, char ret_error[YAML_ERROR]) {
	int r = read_file(file, ret_text, ret_length);

	if (r < 0)
		snprintf(ret_error, YAML_ERROR, _("%s: cannot be read: %s"), file, strerror(-r));
	return r;
}

int
yaml_tree_load(const char *file, struct yaml_tree *ret, char ret_error[YAML_ERROR]) {
	char *text;
	size_t length;
	int r = yaml_file_read(file, &text, &length, ret_error);

	if (r < 0)
		return r;
	r = yaml_tree_parse(file, text, length, ret, ret_error);
	free(text);
	return r;
}

void
yaml_tree_free(struct yaml_tree *t) {
	for (unsigned int i = 0; i < t->count; i++) {
		for (unsigned int k = 0; k < t->nodes[i].count; k++)
			free(t->nodes[i].items[k].key);
		free(t->nodes[i].items);
		free(t->nodes[i].text);
	}
	free(t->nodes);
	t->nodes = NULL;
	t->count = 0;
}

// Levenshtein's distance, for words of people; longer ones are not near anything.
unsigned int
yaml_distance(const char *a, const char *b) {
	unsigned int row[YAML_FAR];
	size_t width = strlen(b);

	if (width >= YAML_FAR || strlen(a) >= YAML_FAR)
		return YAML_FAR;
	for (unsigned int i = 0; i <= width; i++)
		row[i] = i;
	for (unsigned int y = 1; a[y - 1]; y++) {
		unsigned int diagonal = row[0];
		row[0] = y;
		for (unsigned int x = 1; x <= width; x++) {
			unsigned int above = row[x];
			unsigned int change = diagonal + (a[y - 1] != b[x - 1]);
			row[x] = MIN_OF(MIN_OF(above, row[x - 1]) + 1, change);
			diagonal = above;
		}
	}
	return row[width];
}

static const struct yaml_key *
find_key(const struct yaml_key *keys, size_t n_keys, const char *name, const char **ret_nearest) {
	unsigned int best = YAML_FAR;

	for (size_t i = 0; i < n_keys; i++) {
		unsigned int far = yaml_distance(name, keys[i].name);
		if (far == 0)
			return &keys[i];
		if (far < best) {
			best = far;
			*ret_nearest = keys[i].name;
		}
	}
	return NULL;
}

int
yaml_tree_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *node,
	const struct yaml_key *keys,
	size_t n_keys,
	void *into,
	char ret_error[YAML_ERROR]
) {
	if (node->kind != YAML_MAP)
		return yaml_tree_fault(
			ret_error, t, node->line, node->column, "expected 'key: value' lines"
		);
	for (unsigned int i = 0; i < node->count; i++) {
		const struct yaml_item *item = &node->items[i];
		const char *nearest = keys[0].name;
		const struct yaml_key *key = find_key(keys, n_keys, item->key, &nearest);
		if (!key)
			return yaml_tree_fault(
				ret_error,
				t,
				item->line,
				item->column,
				"unknown key '%.64s': did you mean '%s'?",
				item->key,
				nearest
			);
		int r = key->read(t, &t->nodes[item->node], into, ret_error);
		if (r < 0)
			return r;
	}
	for (size_t k = 0; k < n_keys; k++) {
		bool found = !keys[k].required;
		for (unsigned int i = 0; !found && i < node->count; i++)
			found = strcmp(node->items[i].key, keys[k].name) == 0;
		if (!found)
			return yaml_tree_fault(
				ret_error,
				t,
				node->line,
				node->column,
				"the key '%s' is missing: add it",
				keys[k].name
			);
	}
	return 0;
}

int
yaml_tree_text(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	size_t max,
	const char **ret,
	char ret_error[YAML_ERROR]
) {
	if (value->kind != YAML_TEXT || !value->text[0])
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected one value behind the colon"
		);
	if (strlen(value->text) > max)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"longer than %zu bytes: shorten it",
			max
		);
	*ret = value->text;
	return 0;
}

int
yaml_tree_copy(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	char *into,
	size_t room,
	char ret_error[YAML_ERROR]
) {
	const char *text = "";
	int r = yaml_tree_text(t, value, room - 1, &text, ret_error);

	if (r == 0)
		snprintf(into, room, "%s", text);
	return r;
}
