// SPDX-License-Identifier: BSD-3-Clause
// A rule as a sentence for people: "ads.example and all beneath it is blocked for everyone".
//
// Units:   times of day are local.
// Threads: the core thread.

#pragma once

#include "control/rule_spec.h"

struct state;

#define RULE_TEXT 400
#define RULE_SENTENCE 1400

const char *
rule_subject_text(const struct state *s, const struct rule_spec *r, char ret[RULE_TEXT]);
const char *rule_object_text(const struct state *s, const struct rule_spec *r, char ret[RULE_TEXT]);
// The same at the beginning of a sentence; names and addresses stay as they are written.
const char *
rule_object_begins(const struct state *s, const struct rule_spec *r, char ret[RULE_TEXT]);
const char *
rule_sentence(const struct state *s, const struct rule_spec *r, char ret[RULE_SENTENCE]);
