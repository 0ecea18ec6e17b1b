// SPDX-License-Identifier: BSD-3-Clause
// Telling the browsers: what changed, in the words of view.h, at most four times a second.
//
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

#include <stdbool.h>

struct core;
struct rule;

void publish_changes(struct core *c);
void publish_stats(struct core *c);
void publish_rule(struct core *c, const struct rule *r);
void publish_rule_removed(struct core *c, uint64_t id);
// A stream_snapshot; the context is the core.
bool publish_snapshot(void *core, uint64_t *cursor, struct json *j);
