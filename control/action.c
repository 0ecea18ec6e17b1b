// SPDX-License-Identifier: BSD-3-Clause

#include "control/action.h"

#include "platform/base.h"

#include <string.h>

static const struct {
	enum action action;
	const char *word;
	const char *opposite;
} actions[] = {
#define X(id, bit, word, opposite) {ACTION_##id, word, opposite},
	ACTIONS(X)
#undef X
};

const char *
action_word(enum action a) {
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (actions[i].action == a)
			return actions[i].word;
	return "unknown";
}

const char *
action_opposite(enum action a) {
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (actions[i].action == a)
			return actions[i].opposite;
	return "unknown";
}

bool
action_parse(const char *word, enum action *ret_action, bool *ret_set) {
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		bool set = strcmp(word, actions[i].word) == 0;
		if (!set && strcmp(word, actions[i].opposite) != 0)
			continue;
		*ret_action = actions[i].action;
		*ret_set = set;
		return true;
	}
	return false;
}
