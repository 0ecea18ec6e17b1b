// SPDX-License-Identifier: BSD-3-Clause
// YAML as people may write it for us: one document, one mapping at the top, plain values; no
// anchors, aliases, tags, duplicate keys or surprises.
//
// Shape:   a tree of nodes that remember where they stand, so that a later finding has a place too.
// Units:   lines and columns from 1.
// Threads: pure.
// Errors:  -EINVAL and `file:line:column: what is wrong, what would be right`; -errno and a
//          sentence when the file cannot be read.
// Source:  YAML 1.1 as libyaml 0.2.5 reads it; control-stack.md 5 for what it lets pass.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define YAML_BYTES_MAX (1u << 20)
#define YAML_DEPTH_MAX 8
#define YAML_NODES_MAX 16384
#define YAML_ERROR 512

enum yaml_kind {
	YAML_TEXT,
	YAML_LIST,
	YAML_MAP,
};

struct yaml_item {
	char *key; // of a map
	unsigned int line, column;
	unsigned int node;
};

struct yaml_tree_node {
	enum yaml_kind kind;
	bool quoted;
	unsigned int line, column;
	unsigned int end_line; // the last line it stands in
	bool flow; // a list or map in brackets
	char *text;
	struct yaml_item *items;
	unsigned int count;
};

struct yaml_tree {
	const char *file; // as it is named in errors; the caller's
	struct yaml_tree_node *nodes;
	unsigned int count; // nodes[0] is the mapping at the top
};

// The whole file, at most YAML_BYTES_MAX and one more byte; the caller frees it.
int
yaml_file_read(const char *file, char **ret_text, size_t *ret_length, char ret_error[YAML_ERROR]);
int yaml_tree_load(const char *file, struct yaml_tree *ret, char ret_error[YAML_ERROR]);
int yaml_tree_parse(
	const char *file,
	const char *text,
	size_t length,
	struct yaml_tree *ret,
	char ret_error[YAML_ERROR]
);
void yaml_tree_free(struct yaml_tree *t);

// The finding with its place in front; returns -EINVAL.
int yaml_tree_fault(
	char ret_error[YAML_ERROR],
	const struct yaml_tree *t,
	unsigned int line,
	unsigned int column,
	const char *format,
	...
) __attribute__((format(printf, 5, 6)));

// One table of keys describes a mapping: each key is handed to its reader.
struct yaml_key {
	const char *name;
	int (*read
	)(const struct yaml_tree *t,
	  const struct yaml_tree_node *value,
	  void *into,
	  char ret_error[YAML_ERROR]);
	bool required;
};

// Reads every item of the mapping `node`; an unknown key names the nearest known one.
int yaml_tree_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *node,
	const struct yaml_key *keys,
	size_t n_keys,
	void *into,
	char ret_error[YAML_ERROR]
);
// The node's text of 1..max characters, or a fault that says what was expected.
int yaml_tree_text(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	size_t max,
	const char **ret,
	char ret_error[YAML_ERROR]
);
// The same into `room` bytes at `into`, ended by NUL.
int yaml_tree_copy(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	char *into,
	size_t room,
	char ret_error[YAML_ERROR]
);

// How far two words are apart, in letters to change; YAML_FAR for what is no word of ours.
#define YAML_FAR 33
unsigned int yaml_distance(const char *a, const char *b);
