// SPDX-License-Identifier: BSD-3-Clause
// Why a conversation passes or does not: from the names, over lists and rules, to the verdict.
//
// Shape:   one JSON object, the schema Explanation of openapi.yaml; its steps are sentences.
// Threads: the core thread.

#pragma once

#include "control/decide.h"
#include "platform/json_write.h"

struct core;

// `asked`: as the person wrote it.
void explain(const struct core *c, const struct ask *a, const char *asked, struct json *j);

// The rule as a sentence, whether a person's own or a profile's; *ret_profile is whose, or NULL.
// "" when it is not there any more.
#define EXPLAIN_RULE 1400
const char *
explain_rule(const struct state *s, uint64_t id, const char **ret_profile, char ret[EXPLAIN_RULE]);
