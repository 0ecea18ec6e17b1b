// SPDX-License-Identifier: BSD-3-Clause
// The one table of what can be configured: reading of files, environment and command line, the
// API's view, the manual and the example follow from its rows.
//
// Shape:   a dot in a name parts the outer mapping from the key in it; keys of one mapping stand
//          together.  An option's name says how the key is given on the command line.
// Units:   durations in seconds, sizes in bytes; people write 90s and 64M.
// Threads: constant.
// Errors:  as control/yaml_tree.h.

#pragma once

#include "control/yaml_tree.h"

#include <stddef.h>
#include <stdint.h>

struct config;
struct json;

// type, its word, what its field in struct config is
#define CONFIG_TYPES(X)                                                                            \
	X(TEXT, "text") /* char[] */                                                               \
	X(PATH, "path") /* char[] */                                                               \
	X(WORD, "word") /* unsigned int: which of `allowed` */                                     \
	X(FLAG, "boolean") /* bool */                                                              \
	X(NUMBER, "number") /* uint64_t */                                                         \
	X(DURATION, "duration") /* uint64_t */                                                     \
	X(SIZE, "size") /* uint64_t */                                                             \
	X(LIST, "list") /* anything: it has its own reader and writer */                           \
	X(OBJECT, "object") /* the same */

enum config_type {
#define X(id, word) CONFIG_TYPE_##id,
	CONFIG_TYPES(X)
#undef X
};

enum config_flag {
	CONFIG_RESTART = 1 << 0, // a new value holds when spin-control is started again
	CONFIG_SECRET = 1 << 1, // never shown
	CONFIG_EXPERT = 1 << 2, // most people never need it
	CONFIG_LOCAL = 1 << 3, // by files, environment and command line, never by the API
	CONFIG_WHOLE = 1 << 4, // a path from the first /
	CONFIG_KEYED = 1 << 6, // keys of people may stand in it: it is shown, but not remembered
	CONFIG_APART = 1 << 5, // whoever uses it takes a new value, when the old one is done with
};

struct config_key {
	const char *name;
	enum config_type type;
	unsigned int flags;
	size_t offset, size; // of its field
	const char *fallback; // the default, as people write it; NULL: nothing
	const char *allowed; // of a word: "one|other"; of others a sentence, or NULL
	uint64_t min, max; // of a number, duration or size
	const char *option; // "--run-dir"; NULL: none
	const char *argument; // "DIR"
	const char *help; // one sentence, without its full stop
	// LIST and OBJECT
	int (*read
	)(const struct yaml_tree *t,
	  const struct yaml_tree_node *value,
	  struct config *into,
	  char ret_error[YAML_ERROR]);
	void (*write)(const struct config *c, struct json *j); // NULL: a secret
};

extern const struct config_key config_keys[];
extern const size_t config_keys_count;

#define CONFIG_KEY_NONE ((size_t)-1)

const char *config_type_word(enum config_type t);
// The row of "answers.dns", or CONFIG_KEY_NONE with the nearest name there is.
size_t config_key_find(const char *name, const char **ret_nearest);
// The name of the environment variable: "SPIN_ANSWERS_DNS".
#define CONFIG_VARIABLE 64
const char *config_key_variable(const struct config_key *k, char ret[CONFIG_VARIABLE]);

// config_value.c: one value between a node, its field, and JSON.
int config_value_read(
	const struct config_key *k,
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct config *into,
	char ret_error[YAML_ERROR]
);
// The same of a text from elsewhere, such as `from` the environment.
int config_value_read_text(
	const struct config_key *k,
	const char *from,
	const char *text,
	struct config *into,
	char ret_error[YAML_ERROR]
);
void config_value_write(const struct config_key *k, const struct config *c, struct json *j);
// The member `allowed`: an array of words, or a sentence.
void config_value_write_allowed(const struct config_key *k, struct json *j);
bool config_value_same(const struct config_key *k, const struct config *a, const struct config *b);
// The word that a field of type WORD stands for.
const char *config_value_word(const struct config_key *k, const struct config *c);
