// SPDX-License-Identifier: BSD-3-Clause

#include "control/act.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/handover.h"
#include "control/id.h"
#include "control/persist.h"
#include "control/publish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIRM_S 2.0

struct act {
	struct core *core;
	struct change change;
	struct store_change job;
	struct device *device;
	struct destination *destination; // pinned by its count of peers
	act_done done;
	void *context;
	ns_t began_ns;
	uint64_t generation;
	bool moves_policy;
	bool in_queue;
	struct ev_timer timeout;
	TAILQ_ENTRY(act) next;
};

void
acts_init(struct acts *a) {
	TAILQ_INIT(&a->queue);
	TAILQ_INIT(&a->waiting);
	a->history_count = 0;
}

void
acts_keep(struct acts *a, const struct change *c) {
	if (a->history_count == ACT_HISTORY)
		memmove(a->history, a->history + 1, --a->history_count * sizeof *a->history);
	a->history[a->history_count++] = *c;
	for (size_t i = 0; c->undoes && i < a->history_count; i++)
		if (a->history[i].id == c->undoes)
			a->history[i].undone = true;
}

bool
acts_undo(const struct core *core, const char *author, struct change *ret) {
	const struct acts *a = &core->acts;

	for (size_t i = a->history_count; i-- > 0;) {
		const struct change *c = &a->history[i];
		if (c->undone || c->undoes || (c->device && !device_by_id(&core->state, c->device))
		    || (c->destination && !destination_by_id(&core->state, c->destination)))
			continue;
		*ret = *c;
		ret->undoes = c->id;
		ret->set = !c->set;
		ret->undone = false;
		memcpy(ret->name_now, c->name_was, sizeof ret->name_now);
		memcpy(ret->profile_now, c->profile_was, sizeof ret->profile_now);
		ret->limits_now = c->limits_was;
		snprintf(ret->author, sizeof ret->author, "%s", author);
		return true;
	}
	return false;
}

static bool
moves_limits(const struct change *c) {
	return memcmp(&c->limits_was, &c->limits_now, sizeof c->limits_was) != 0;
}

static bool
moves_policy(const struct change *c) {
	if (c->kind == CHANGE_RULE)
		return c->action & ACTION_POLICY;
	return strcmp(c->profile_was, c->profile_now) != 0 || moves_limits(c);
}

static void
finish(struct act *a, enum act_outcome outcome, const char *message) {
	struct core *c = a->core;
	struct act_result r = {.outcome = outcome, .generation = c->state.generation};

	TAILQ_REMOVE(a->in_queue ? &c->acts.queue : &c->acts.waiting, a, next);
	ev_timer_stop(c->loop, &a->timeout);
	if (outcome == ACT_CONFIRMED && c->in_force)
		r.generation = c->in_force;
	if (outcome == ACT_CONFIRMED && a->moves_policy)
		r.confirmed_us = (clock_mono_ns() - a->began_ns) / NS_PER_US;
	if (a->change.kind == CHANGE_RULE && a->change.set && outcome <= ACT_REFUSED)
		r.rule = rule_find(
			&c->state, (enum action)a->change.action, a->device, a->destination
		);
	if (outcome == ACT_CONFIRMED && a->moves_policy && r.rule)
		publish_rule(c, r.rule); // in force now
	snprintf(r.message, sizeof r.message, "%s", message ? message : "");
	a->done(a->context, &a->change, &r);
	if (a->destination)
		a->destination->peers--;
	free(a);
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
		       message[0] ? message : "The dataplane has not confirmed it yet.");
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

static void
apply_rule(struct act *a) {
	struct state *s = &a->core->state;
	struct change *c = &a->change;
	struct rule *r = rule_find(s, (enum action)c->action, a->device, a->destination);

	if (c->set) {
		r = rule_set(
			s,
			c->rule,
			(enum action)c->action,
			a->device,
			a->destination,
			c->rule_created_ns,
			c->author
		);
		if (r)
			publish_rule(a->core, r);
	} else if (r) {
		publish_rule_removed(a->core, r->id);
		rule_clear(s, r);
	}
}

static void
apply(struct act *a) {
	struct change *c = &a->change;

	if (c->kind == CHANGE_RULE) {
		apply_rule(a);
	} else if (c->kind == CHANGE_DEVICE) {
		memcpy(a->device->user_name, c->name_now, sizeof a->device->user_name);
		memcpy(a->device->profile, c->profile_now, sizeof a->device->profile);
		a->device->limits = c->limits_now;
		a->device->changed = true;
	} else {
		memcpy(a->destination->user_name, c->name_now, sizeof a->destination->user_name);
		a->destination->changed = true;
	}
	acts_keep(&a->core->acts, c);
}

static void start_next(struct core *c);

static void
committed(struct store_job *job) {
	struct act *a = container_of(job, struct act, job.job);
	struct core *c = a->core;

	persist_note(c, job);
	if (job->result < 0) {
		finish(a, job->result == -ENOSPC ? ACT_FULL : ACT_FAILED, job->message);
		start_next(c);
		return;
	}
	c->state.generation = a->job.generation;
	apply(a);
	if (a->moves_policy)
		handover_now(c);
	await(a);
	start_next(c);
}

// Whether it would change anything; fills in what was before.
static bool
complete(struct act *a) {
	struct change *c = &a->change;

	c->id = id_new();
	c->time_ns = clock_wall_ns();
	if (c->kind == CHANGE_RULE) {
		const struct rule *r = rule_find(
			&a->core->state, (enum action)c->action, a->device, a->destination
		);
		c->rule = r ? r->id : id_new();
		c->rule_created_ns = r ? r->created_ns : c->time_ns;
		return c->set != (r != NULL);
	}
	if (c->kind == CHANGE_DEVICE) {
		memcpy(c->name_was, a->device->user_name, sizeof c->name_was);
		memcpy(c->profile_was, a->device->profile, sizeof c->profile_was);
		c->limits_was = a->device->limits;
	} else {
		memcpy(c->name_was, a->destination->user_name, sizeof c->name_was);
	}
	return strcmp(c->name_was, c->name_now) != 0 || strcmp(c->profile_was, c->profile_now) != 0
		|| moves_limits(c);
}

static void
write_down(struct act *a) {
	struct store_change *j = &a->job;
	struct change *c = &a->change;

	*j = (struct store_change){
		.job = {.run = store_run_change, .done = committed},
		.change = *c,
	};
	if (a->moves_policy)
		a->core->generation_given++;
	j->generation = a->core->generation_given;
	if (a->device) {
		j->has_device = true;
		persist_device_row(a->device, &j->device);
		if (c->kind == CHANGE_DEVICE) {
			memcpy(j->device.user_name, c->name_now, sizeof j->device.user_name);
			memcpy(j->device.profile, c->profile_now, sizeof j->device.profile);
			j->device.limits = c->limits_now;
		}
	}
	if (a->destination) {
		j->has_destination = true;
		persist_destination_row(a->destination, &j->destination);
		if (c->kind == CHANGE_DESTINATION)
			memcpy(j->destination.user_name, c->name_now, sizeof c->name_now);
	}
	store_submit(a->core->store, &j->job);
}

// The first of the queue goes to the store; those that change nothing are answered at once.
static void
start_next(struct core *c) {
	struct act *a;

	while ((a = TAILQ_FIRST(&c->acts.queue))) {
		if (complete(a)) {
			a->moves_policy = moves_policy(&a->change);
			write_down(a);
			return;
		}
		a->moves_policy = a->change.kind == CHANGE_RULE && a->change.action & ACTION_POLICY;
		await(a);
	}
}

void
act_submit(struct core *c, const struct change *change, act_done done, void *context) {
	struct act_result failed = {.outcome = ACT_GONE};
	struct act *a = calloc(1, sizeof *a);

	if (!a) {
		failed.outcome = ACT_FAILED;
		snprintf(failed.message, sizeof failed.message, "Out of memory.");
		done(context, change, &failed);
		return;
	}
	a->core = c;
	a->change = *change;
	a->done = done;
	a->context = context;
	a->began_ns = clock_mono_ns();
	a->device = change->device ? device_by_id(&c->state, change->device) : NULL;
	a->destination =
		change->destination ? destination_by_id(&c->state, change->destination) : NULL;
	if ((change->device && !a->device) || (change->destination && !a->destination)) {
		done(context, change, &failed);
		free(a);
		return;
	}
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
