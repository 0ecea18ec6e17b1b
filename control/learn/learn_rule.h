// SPDX-License-Identifier: BSD-3-Clause
// A row of what was learned as the rule that would let it pass, and such rules as sentences of what
// a device may: "may open https to example.org".
//
// Threads: pure after domain_init.

#pragma once

#include "control/learn/learning.h"
#include "control/rule_spec.h"

#define LEARN_SENTENCE 400

// False where no rule can say it.
bool learn_rule(const struct learn_row *row, struct rule_spec *ret);
// Of a rule whose object is no node; without a subject, for that is the device.
const char *learn_sentence(const struct rule_spec *r, char ret[LEARN_SENTENCE]);
