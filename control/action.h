// SPDX-License-Identifier: BSD-3-Clause
// What a person can do to a node, and the word that takes it back.

#pragma once

#include "platform/policy_image.h"

#include <assert.h>
#include <stdbool.h>

// Rows: constant, bit, word, opposite word.
#define ACTIONS(X)                                                                                 \
	X(BLOCK, 1, "block", "unblock")                                                            \
	X(ALLOW, 2, "allow", "unallow")                                                            \
	X(IGNORE, 4, "ignore", "unignore")                                                         \
	X(LIMIT, 8, "limit", "unlimit")                                                            \
	X(PAUSE, 16, "pause", "resume")

enum action {
#define X(id, bit, ...) ACTION_##id = bit,
	ACTIONS(X)
#undef X
};

// The first two are the image's own bits; ignoring is a matter of the view.  A limit slows, a pause
// is a block that ends by itself and goes before every allow.
#define ACTION_POLICY (ACTION_BLOCK | ACTION_ALLOW)
static_assert((int)ACTION_BLOCK == (int)POLICY_BLOCK && (int)ACTION_ALLOW == (int)POLICY_ALLOW);

const char *action_word(enum action a); // "block"
const char *action_opposite(enum action a); // "unblock"
// Either kind of word; false when it is none.
bool action_parse(const char *word, enum action *ret_action, bool *ret_set);
