// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/clue.h"

#include "control/text/language.h"

#include <string.h>

static const struct {
	const char *name;
	const char *sentence;
	enum clue_family family;
	unsigned int room;
} rows[] = {
#define X(id, name, family, room, sentence) {name, N_(sentence), FAMILY_##family, room},
	CLUES(X)
#undef X
};

const char *
clue_name(enum clue c) {
	return rows[c].name;
}

const char *
clue_sentence(enum clue c) {
	return rows[c].sentence;
}

enum clue_family
clue_family(enum clue c) {
	return rows[c].family;
}

unsigned int
clue_room(enum clue c) {
	return rows[c].room;
}

bool
clue_parse(const char *name, enum clue *ret) {
	for (enum clue c = 0; c < CLUE_COUNT; c++)
		if (strcmp(rows[c].name, name) == 0) {
			*ret = c;
			return true;
		}
	return false;
}
