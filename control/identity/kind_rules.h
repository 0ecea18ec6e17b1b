// SPDX-License-Identifier: BSD-3-Clause
// The rules files: what a clue says about the kind of a device, readable by a person.
//
// Shape:   each file holds `rules:`, each a kind, a weight and what must be seen: one or several
//          clues (all of them), each one pattern or a list (any of them); kinds/README.md.
// Units:   weights in percent: how sure one is who sees nothing else.
// Threads: read at start, unchanged after; pure.
// Errors:  -EINVAL with `file:line:column: what, and what would be right`; nothing of a file with
//          an error is kept.

#pragma once

#include "control/identity/clue.h"
#include "control/identity/kind.h"

#define KIND_RULES_MAX 2000
#define KIND_CONDITIONS_MAX 4
#define KIND_PATTERN_MAX 127
#define KIND_WEIGHT_MAX 98 // nobody is sure
#define KIND_RULES_ERROR 512

struct kind_condition {
	enum clue clue;
	unsigned int count;
	char **patterns;
};

struct kind_rule {
	enum kind kind;
	unsigned int weight;
	unsigned int conditions;
	struct kind_condition when[KIND_CONDITIONS_MAX];
	char *says; // NULL: the clue's own sentence
};

#define KIND_PORT_WORDS (65536 / 64)

struct kind_rules {
	uint64_t ports[2][2][KIND_PORT_WORDS]; // that some rule asks about: uses, serves × TCP, UDP
	struct kind_rule *rules;
	size_t count;
};

// Adds the rules of every .yaml file in the directory; one that is not there has none.
int kind_rules_load(struct kind_rules *k, const char *directory, char ret_error[KIND_RULES_ERROR]);
int kind_rules_parse(
	struct kind_rules *k,
	const char *file,
	const char *text,
	size_t length,
	char ret_error[KIND_RULES_ERROR]
);
void kind_rules_free(struct kind_rules *k);
// Whether some rule looks for this: what nobody asks about is not remembered of a device's traffic.
bool kind_rules_want(const struct kind_rules *k, enum clue clue, const char *text);
// The same of CLUE_USES and CLUE_SERVES, at once: every new flow asks.
bool kind_rules_want_port(const struct kind_rules *k, enum clue clue, bool udp, uint16_t port);
