// SPDX-License-Identifier: BSD-3-Clause
// A merge patch onto what the API was told before: two trees in, one file's text out.  The file is
// the API's own, so that nobody's comments are lost by writing it anew.
//
// Source:  RFC 7386.

#include "control/config.h"
#include "control/core.h"
#include "control/reload.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char head[] =
	"# What the API was told (PATCH /api/v1/config, `spinctl config set`). It goes before\n"
	"# spin.yaml, the other files here and the environment. It is written anew at each "
	"change:\n"
	"# comments belong into files of your own.\n";

struct spot {
	const struct yaml_tree *tree;
	const struct yaml_tree_node *node; // NULL: nothing
};

static struct spot
member(struct spot map, const char *key) {
	for (unsigned int i = 0; map.node && i < map.node->count; i++)
		if (map.node->kind == YAML_MAP && strcmp(map.node->items[i].key, key) == 0)
			return (struct spot){map.tree, &map.tree->nodes[map.node->items[i].node]};
	return (struct spot){NULL, NULL};
}

static bool
is_null(struct spot s) {
	return s.node && s.node->kind == YAML_TEXT && !s.node->quoted
		&& strcmp(s.node->text, "null") == 0;
}

// What YAML would not read back as this text when it stands there plainly.
static void
put_text(FILE *f, const char *text, bool quoted) {
	size_t plain =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-");

	if (!quoted || (*text && !text[plain] && text[0] != '-' && strcmp(text, "null") != 0)) {
		fputs(text, f);
		return;
	}
	fputc('"', f);
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(f, "\\%c", *c);
		else if ((unsigned char)*c < 0x20 || *c == 0x7f)
			fprintf(f, "\\x%02x", (unsigned char)*c);
		else
			fputc(*c, f);
	}
	fputc('"', f);
}

static void put_value(FILE *f, struct spot s, unsigned int depth);

static void
put_item(FILE *f, const char *key, struct spot s, unsigned int depth) {
	fprintf(f, "%*s", (int)depth * 2, "");
	put_text(f, key, true);
	fputc(':', f);
	put_value(f, s, depth + 1);
}

// Behind a key's colon, with the line's end.
static void
put_value(FILE *f, struct spot s, unsigned int depth) {
	const struct yaml_tree_node *n = s.node;

	if (n->kind == YAML_TEXT) {
		fputc(' ', f);
		put_text(f, n->text, n->quoted);
		fputc('\n', f);
	} else if (n->count == 0) {
		fputs(n->kind == YAML_MAP ? " {}\n" : " []\n", f);
	} else {
		fputc('\n', f);
	}
	for (unsigned int i = 0; i < n->count; i++) {
		struct spot one = {s.tree, &s.tree->nodes[n->items[i].node]};
		if (n->kind == YAML_MAP && !is_null(one))
			put_item(f, n->items[i].key, one, depth);
		if (n->kind != YAML_LIST)
			continue;
		fprintf(f, "%*s-", (int)depth * 2, "");
		put_value(f, one, depth + 1);
	}
}

static unsigned int merge(FILE *f, struct spot was, struct spot patch, unsigned int depth);

// Both are mappings: theirs is written key by key, and left away when nothing is left of it.
static unsigned int
merge_inner(FILE *f, const char *key, struct spot was, struct spot patch, unsigned int depth) {
	char *text = NULL;
	size_t length = 0;
	FILE *inner = open_memstream(&text, &length);
	unsigned int count = inner ? merge(inner, was, patch, depth + 1) : 0;

	if (inner && fclose(inner) == 0 && count > 0)
		fprintf(f, "%*s%s:\n%s", (int)depth * 2, "", key, text);
	free(text);
	return count > 0;
}

// How many keys were written.
static unsigned int
merge(FILE *f, struct spot was, struct spot patch, unsigned int depth) {
	unsigned int count = 0;

	for (unsigned int i = 0; was.node && i < was.node->count; i++) {
		const char *key = was.node->items[i].key;
		struct spot before = member(was, key), now = member(patch, key);
		if (now.node && before.node->kind == YAML_MAP && now.node->kind == YAML_MAP) {
			count += merge_inner(f, key, before, now, depth);
		} else if (!is_null(now)) {
			put_item(f, key, now.node ? now : before, depth);
			count++;
		}
	}
	for (unsigned int i = 0; i < patch.node->count; i++) {
		const char *key = patch.node->items[i].key;
		struct spot now = member(patch, key);
		if (member(was, key).node || is_null(now))
			continue;
		put_item(f, key, now, depth);
		count++;
	}
	return count;
}

int
reload_patch(
	const struct core *c,
	const char *patch,
	size_t length,
	char **ret_text,
	char ret_error[CONFIG_ERROR]
) {
	char file[CONFIG_PATH];
	struct yaml_tree was = {0}, now = {0};
	char *text = NULL;
	size_t size = 0;

	config_api_file(c->config, file);
	int r = access(file, F_OK) == 0 ? yaml_tree_load(file, &was, ret_error) : 0;
	if (r == 0)
		r = yaml_tree_parse("the request", patch, length, &now, ret_error);
	FILE *f = r == 0 ? open_memstream(&text, &size) : NULL;
	if (r == 0 && !f)
		r = -ENOMEM;
	if (f) {
		fputs(head, f);
		const struct spot before = {&was, was.count ? &was.nodes[0] : NULL};
		if (merge(f, before, (struct spot){&now, &now.nodes[0]}, 0) == 0)
			fputs("{}\n", f);
		r = fclose(f) == 0 ? 0 : -ENOMEM;
	}
	yaml_tree_free(&was);
	yaml_tree_free(&now);
	if (r == 0)
		*ret_text = text;
	else
		free(text);
	return r;
}

// The place in a tree as a JSON pointer; false when nothing begins there.
static bool
find_place(struct spot s, unsigned int line, unsigned int column, char *ret, size_t room) {
	size_t used = strlen(ret);

	for (unsigned int i = 0; i < s.node->count; i++) {
		const struct yaml_item *item = &s.node->items[i];
		struct spot one = {s.tree, &s.tree->nodes[item->node]};
		if (s.node->kind == YAML_MAP)
			snprintf(ret + used, room - used, "/%.64s", item->key);
		else
			snprintf(ret + used, room - used, "/%u", i);
		if ((item->line == line && item->column == column)
		    || (one.node->line == line && one.node->column == column)
		    || find_place(one, line, column, ret, room))
			return true;
		ret[used] = 0;
	}
	return false;
}

const char *
reload_pointer(
	const struct core *c,
	const char *text,
	const char *error,
	char ret_pointer[RELOAD_POINTER]
) {
	char file[CONFIG_PATH], why[YAML_ERROR];
	struct yaml_tree tree;
	unsigned int line, column;
	int end = 0;

	ret_pointer[0] = 0;
	size_t n = strlen(config_api_file(c->config, file));
	if (strncmp(error, file, n) != 0
	    || sscanf(error + n, ":%u:%u: %n", &line, &column, &end) != 2 || end == 0)
		return error;
	if (yaml_tree_parse(file, text, strlen(text), &tree, why) < 0)
		return error;
	find_place((struct spot){&tree, &tree.nodes[0]}, line, column, ret_pointer, RELOAD_POINTER);
	yaml_tree_free(&tree);
	return error + n + end;
}
