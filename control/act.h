// SPDX-License-Identifier: BSD-3-Clause
// Acting: a change is committed to disk, becomes state, goes to the dataplane, is confirmed, and
// only then answered.  Changes run one after the other up to the commit.
//
// Units:   confirmed_us counts from act_submit to the dataplane's confirmation.
// Threads: the core thread.
// Errors:  in the result's outcome; ACT_FULL and ACT_FAILED changed nothing.
// Source:  DESIGN 9, "Policy hand-over".

#pragma once

#include "control/store/rows.h"

#include <sys/queue.h>

struct core;
struct rule;
struct act;

enum act_outcome {
	ACT_CONFIRMED, // in force
	ACT_PENDING, // kept, and in force as soon as the dataplane is there
	ACT_REFUSED, // kept, but the dataplane refused the rules
	ACT_FULL, // no room on the disk
	ACT_FAILED, // the disk failed
	ACT_GONE, // what it was about is not there any more
};

struct act_result {
	enum act_outcome outcome;
	bool told; // the audit trail tells of it; false: it changed nothing
	uint64_t generation;
	uint64_t confirmed_us;
	const struct rule *rule; // that it made, changed, or found made; NULL otherwise
	char message[256];
};

typedef void (*act_done)(void *context, const struct change *c, const struct act_result *r);

TAILQ_HEAD(act_list, act);

#define ACT_HISTORY 256

struct acts {
	struct act_list queue; // not committed yet; the first one is with the store
	struct act_list waiting; // committed, not confirmed yet
	struct change history[ACT_HISTORY]; // newest last
	size_t history_count;
};

void acts_init(struct acts *a);
void acts_fini(struct acts *a);
// A change that was made just now, or that the store kept from earlier, oldest first.
void acts_keep(struct acts *a, const struct change *c);
// The change that takes back the newest one not taken back yet, or the one with this id; false when
// there is none.  What it was about must still be known.  Its texts are the history's.
bool acts_undo(const struct core *c, const char *author, struct change *ret);
bool acts_undo_one(const struct core *c, uint64_t id, const char *author, struct change *ret);
// What was decided about the device and can be taken back; not what waits for a word.
void acts_forget_device(struct acts *a, uint64_t device);
struct change *acts_find(struct acts *a, uint64_t id);

// Fills in the rest of the change itself; `done` is called once, perhaps at once, and may be NULL.
void act_submit(struct core *c, const struct change *change, act_done done, void *context);
// control/handover.c: the dataplane confirmed, refused, or is gone.
void acts_confirmed(struct core *c, uint64_t generation);
void acts_refused(struct core *c, uint64_t generation, const char *why);
void acts_unreachable(struct core *c);
