// SPDX-License-Identifier: BSD-3-Clause
// A rule among the others: whether it can match at all now, and which of two that contradict each
// other wins.
//
// Threads: the core thread.
// Source:  DESIGN 4, "What a rule means".

#pragma once

#include "control/rule_spec.h"
#include "platform/json_write.h"

#include <stddef.h>

#define RULE_NOTE 240

struct core;
struct profile;
struct state;

// Names only of what this household has; false and a fault for a device, destination, profile or
// list that is not there.
bool rule_check_names(const struct core *c, const struct rule_spec *r, struct rule_fault *f);
// True and a sentence when nothing can match it as things are.
bool rule_matches_nothing(const struct core *c, const struct rule_spec *r, char ret[RULE_NOTE]);
// "warnings": [{"key","message","rule"}…], as a member: contradictions and what matches nothing.
void rule_warnings(const struct core *c, uint64_t id, const struct rule_spec *r, struct json *j);
// The same of the rules that a profile has of its own.
void profile_warnings(const struct core *c, const struct profile *p, struct json *j);

size_t profile_devices(const struct state *s, const struct profile *p);
