// SPDX-License-Identifier: BSD-3-Clause
// A change as such: whether it changes anything, what it does to the state, and its reverse.
//
// Shape:   complete, job and apply are called in this order by control/act.c, or by core_start for
//          a change that was to be confirmed while nobody ran.
// Threads: the core thread.

#pragma once

#include "control/store/store.h"

struct core;
struct rule;

// Fills in id, time and what was before; false when it would change nothing.  ret_rule is the rule
// that is there already.
bool change_complete(const struct core *c, struct change *change);
// Whether the dataplane has to hear of it.
bool change_moves_policy(const struct change *c);
// What the store has to write; its `audit` is NULL without memory, and to be freed.
void change_job(struct core *c, const struct change *change, struct store_change *ret);
// To the state; the rule that it made or changed is returned.
struct rule *change_apply(struct core *c, const struct change *change);
// The change that takes it back.
void change_reverse(const struct change *c, const char *author, struct change *ret);
// What it is about is still there.
bool change_is_possible(const struct core *c, const struct change *change);

// The clock moved, or rules did: says of each whether it holds now.  True when one began or ended.
struct state;
bool change_hours(struct state *s, uint64_t wall_ns);
