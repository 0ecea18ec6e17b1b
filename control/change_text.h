// SPDX-License-Identifier: BSD-3-Clause
// What a change did, as a sentence that is true while it holds: "TV has the profile guest".
//
// Threads: the core thread.

#pragma once

#include "control/rule_text.h"

struct change;
struct state;

// "" of what is not known any more.  Of a rule: what it says, also when the change took it away.
const char *change_sentence(const struct state *s, const struct change *c, char ret[RULE_SENTENCE]);
