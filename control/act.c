// SPDX-License-Identifier: BSD-3-Clause

#include "control/act.h"

#include "control/audit/audit.h"
#include "control/change.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/handover.h"
#include "control/notify/notify.h"
#include "control/persist.h"
#include "control/publish.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIRM_S 2.0

struct act {
	struct core *core;
	struct change change;
	struct store_change job;
	struct destination *destination; // pinned by its count of peers
	act_done done;
	void *context;
	ns_t began_ns;
	uint64_t generation;
	bool moves_policy;
	bool in_queue;
	bool with_store; // the first of the queue, until it is committed
	bool told; // in the audit trail
	struct ev_timer timeout;
	TAILQ_ENTRY(act) next;
};

void
acts_init(struct acts *a) {
	TAILQ_INIT(&a->queue);
	TAILQ_INIT(&a->waiting);
	a->history_count = 0;
}

static void
forget(struct change *c) {
	text_drop(c->text_was);
	text_drop(c->text_now);
}

void
acts_fini(struct acts *a) {
	while (a->history_count > 0)
		forget(&a->history[--a->history_count]);
}

void
acts_keep(struct acts *a, const struct change *c) {
	if (a->history_count == ACT_HISTORY) {
		// What waits for a word is not forgotten, or it would never go back.
		size_t oldest = 0;
		while (oldest + 1 < ACT_HISTORY && a->history[oldest].confirm_ns)
			oldest++;
		forget(&a->history[oldest]);
		a->history_count--;
		memmove(a->history + oldest,
			a->history + oldest + 1,
			(a->history_count - oldest) * sizeof *a->history);
	}
	a->history[a->history_count++] = *c;
	text_hold(c->text_was);
	text_hold(c->text_now);
	for (size_t i = 0; c->undoes && i < a->history_count; i++)
		if (a->history[i].id == c->undoes) {
			a->history[i].undone = true;
			a->history[i].confirm_ns = 0;
		}
}

void
acts_forget_device(struct acts *a, uint64_t device) {
	size_t n = 0;

	for (size_t i = 0; i < a->history_count; i++) {
		if (a->history[i].device == device && !a->history[i].confirm_ns)
			forget(&a->history[i]);
		else
			a->history[n++] = a->history[i];
	}
	a->history_count = n;
}

struct change *
acts_find(struct acts *a, uint64_t id) {
	for (size_t i = 0; i < a->history_count; i++)
		if (a->history[i].id == id)
			return &a->history[i];
	return NULL;
}

static bool
can_be_undone(const struct core *core, const struct change *c) {
	return !c->undone && !c->undoes && change_is_possible(core, c);
}

bool
acts_undo(const struct core *core, const char *author, struct change *ret) {
	const struct acts *a = &core->acts;

	for (size_t i = a->history_count; i-- > 0;) {
		if (!can_be_undone(core, &a->history[i]))
			continue;
		change_reverse(&a->history[i], author, ret);
		return true;
	}
	return false;
}

bool
acts_undo_one(const struct core *core, uint64_t id, const char *author, struct change *ret) {
	const struct acts *a = &core->acts;

	for (size_t i = 0; i < a->history_count; i++)
		if (a->history[i].id == id && can_be_undone(core, &a->history[i])) {
			change_reverse(&a->history[i], author, ret);
			return true;
		}
	return false;
}

static void
release(struct act *a) {
	if (a->destination)
		a->destination->peers--;
	forget(&a->change);
	audit_free(a->job.audit);
	free(a);
}

static void
finish(struct act *a, enum act_outcome outcome, const char *message) {
	struct core *c = a->core;
	struct act_result r = {
		.outcome = outcome, .told = a->told, .generation = c->state.generation};

	TAILQ_REMOVE(a->in_queue ? &c->acts.queue : &c->acts.waiting, a, next);
	ev_timer_stop(c->loop, &a->timeout);
	if (outcome == ACT_CONFIRMED && c->in_force)
		r.generation = c->in_force;
	if (outcome == ACT_CONFIRMED && a->moves_policy)
		r.confirmed_us = (clock_mono_ns() - a->began_ns) / NS_PER_US;
	if (a->change.kind == CHANGE_RULE && a->change.rule_has && outcome <= ACT_REFUSED)
		r.rule = rule_by_id(&c->state, a->change.rule);
	if (outcome == ACT_CONFIRMED && a->moves_policy && r.rule)
		publish_rule(c, r.rule); // in force now
	snprintf(r.message, sizeof r.message, "%s", message ? message : "");
	if (a->done)
		a->done(a->context, &a->change, &r);
	release(a);
}

static void
saved_while_away(void *context, const struct core *c) {
	struct act *a = context;
	char message[256];

	core_dataplane_message(c, message);
	if (c->in_force >= a->generation)
		finish(a, ACT_CONFIRMED, NULL);
	else
		finish(a,
		       ACT_PENDING,
		       message[0] ? message : N_("The dataplane has not confirmed it yet."));
}

// Nobody confirms it now: it must stand in the file from which the dataplane starts.
static void
answer_when_saved(struct act *a) {
	ev_timer_stop(a->core->loop, &a->timeout);
	handover_save(a->core, saved_while_away, a);
}

static void
on_timeout(struct ev_loop *loop, struct ev_timer *w, int revents) {
	(void)loop;
	(void)revents;
	answer_when_saved(w->data);
}

// Committed: wait for the dataplane, or do without when it is away.
static void
await(struct act *a) {
	struct core *c = a->core;

	TAILQ_REMOVE(&c->acts.queue, a, next);
	TAILQ_INSERT_TAIL(&c->acts.waiting, a, next);
	a->in_queue = false;
	a->generation = c->state.generation;
	// Ignoring is a matter of the view and names are ours: nobody needs to confirm them.
	if (!a->moves_policy || c->in_force >= a->generation) {
		finish(a, ACT_CONFIRMED, NULL);
		return;
	}
	if (!dplink_is_up(c->link)) {
		answer_when_saved(a);
		return;
	}
	ev_timer_set(&a->timeout, CONFIRM_S, 0.);
	ev_timer_start(c->loop, &a->timeout);
}

static void start_next(struct core *c);

static void
committed(struct store_job *job) {
	struct act *a = container_of(job, struct act, job.job);
	struct core *c = a->core;

	persist_note(c, job);
	if (job->result < 0) {
		notify_of_change(c, &a->change, job->message);
		finish(a, job->result == -ENOSPC ? ACT_FULL : ACT_FAILED, job->message);
		start_next(c);
		return;
	}
	c->state.generation = a->job.generation;
	struct rule *r = change_apply(c, &a->change);
	notify_of_change(c, &a->change, NULL);
	if (r)
		publish_rule(c, r);
	a->told = true;
	audit_publish(c, a->job.audit);
	if (!a->change.automatic)
		acts_keep(&c->acts, &a->change);
	if (a->moves_policy)
		handover_now(c);
	await(a);
	start_next(c);
}

// The first of the queue goes to the store; those that change nothing are answered at once.
static void
start_next(struct core *c) {
	struct act *a;

	// Whoever was told that one is done may have begun the next one already.
	while ((a = TAILQ_FIRST(&c->acts.queue)) && !a->with_store) {
		bool possible = change_is_possible(c, &a->change);
		if (possible && change_complete(c, &a->change)) {
			a->moves_policy = change_moves_policy(&a->change);
			change_job(c, &a->change, &a->job);
			if (!a->job.audit) {
				finish(a, ACT_FAILED, "Out of memory.");
				continue;
			}
			a->job.job.done = committed;
			a->with_store = true;
			store_submit(c->store, &a->job.job);
			return;
		}
		if (!possible) {
			finish(a, ACT_GONE, NULL);
			continue;
		}
		a->moves_policy = a->change.kind == CHANGE_RULE && change_moves_policy(&a->change);
		await(a);
	}
}

void
act_submit(struct core *c, const struct change *change, act_done done, void *context) {
	struct act_result failed = {.outcome = ACT_FAILED, .message = "Out of memory."};
	struct act *a = calloc(1, sizeof *a);

	if (!a) {
		if (done)
			done(context, change, &failed);
		return;
	}
	a->core = c;
	a->change = *change;
	text_hold(a->change.text_was);
	text_hold(a->change.text_now);
	a->done = done;
	a->context = context;
	a->began_ns = clock_mono_ns();
	uint64_t destination =
		change->destination ? change->destination : change->rule_now.destination;
	a->destination = destination ? destination_by_id(&c->state, destination) : NULL;
	if (a->destination)
		a->destination->peers++;
	ev_init(&a->timeout, on_timeout);
	a->timeout.data = a;
	a->in_queue = true;
	bool idle = TAILQ_EMPTY(&c->acts.queue);
	TAILQ_INSERT_TAIL(&c->acts.queue, a, next);
	if (idle)
		start_next(c);
}

void
acts_confirmed(struct core *c, uint64_t generation) {
	struct act *a;
	struct act *following;

	for (a = TAILQ_FIRST(&c->acts.waiting); a; a = following) {
		following = TAILQ_NEXT(a, next);
		if (ev_is_active(&a->timeout) && a->generation <= generation)
			finish(a, ACT_CONFIRMED, NULL);
	}
}

void
acts_refused(struct core *c, uint64_t generation, const char *why) {
	struct act *a;
	struct act *following;

	for (a = TAILQ_FIRST(&c->acts.waiting); a; a = following) {
		following = TAILQ_NEXT(a, next);
		if (ev_is_active(&a->timeout) && a->generation <= generation)
			finish(a, ACT_REFUSED, why);
	}
}

void
acts_unreachable(struct core *c) {
	struct act *a;
	struct act *following;

	for (a = TAILQ_FIRST(&c->acts.waiting); a; a = following) {
		following = TAILQ_NEXT(a, next);
		if (ev_is_active(&a->timeout))
			answer_when_saved(a);
	}
}
