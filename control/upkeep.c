// SPDX-License-Identifier: BSD-3-Clause
// The time for a confirmation is kept by the wall clock and in the store: a gateway that was killed
// and started again looks at it before the dataplane gets its first image.

#include "control/upkeep.h"

#include "control/audit/audit.h"
#include "control/change.h"
#include "control/clock.h"
#include "control/confirm.h"
#include "control/core.h"
#include "control/lists.h"
#include "control/persist.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("upkeep");

#define CLOCK_AUTHOR "clock"
#define CONFIG_AUTHOR "configuration"

// What rules name has to be in the image of the lists.
void
upkeep_countries(struct core *c) {
	const struct state *s = &c->state;

	for (size_t i = 0; i < s->rules_count; i++)
		if (s->rules[i]->spec.object == RULE_COUNTRY)
			lists_want_country(c->lists, s->rules[i]->spec.text);
	for (size_t i = 0; i < s->profiles.count; i++)
		for (size_t k = 0; k < s->profiles.items[i].own_count; k++) {
			const struct rule_spec *spec = &s->profiles.items[i].rules[k].spec;
			if (spec->object == RULE_COUNTRY)
				lists_want_country(c->lists, spec->text);
		}
}

// Tried again next second when it must wait.
void
upkeep_moved(struct core *c) {
	c->state.names_moved = true;
	persist_names_moved(c);
}

static bool
is_over(const struct core *c, const struct rule *r, uint64_t now) {
	return r->spec.until_ns && now >= r->spec.until_ns && !c->state.clock_untrusted;
}

static void
ended(void *context, const struct change *change, const struct act_result *a) {
	struct core *c = context;
	struct rule *r = rule_by_id(&c->state, change->rule);

	(void)a;
	if (r)
		r->ending = false;
}

static void
end_rules(struct core *c, uint64_t now) {
	for (size_t i = 0; i < c->state.rules_count;) {
		struct rule *r = c->state.rules[i++];
		if (!is_over(c, r, now) || r->ending)
			continue;
		struct change change = {
			.kind = CHANGE_RULE,
			.rule = r->id,
			.automatic = true,
			.author = CLOCK_AUTHOR,
		};
		r->ending = true;
		log_info("rule %lu has come to its end", (unsigned long)r->id);
		act_submit(c, &change, ended, c);
		return; // the array may have moved; the others have their turn next second
	}
}

// Somebody has chosen otherwise since: there is nothing left to go back from.
static bool
is_superseded(const struct core *c, const struct change *h) {
	const struct state *s = &c->state;
	const struct device *d = device_by_id(s, h->device);

	if (h->kind == CHANGE_DEVICE)
		return d && strcmp(d->profile, h->profile_now) != 0;
	return h->kind == CHANGE_DEFAULT
		&& strcmp(s->profiles.items[s->profiles.by_default].name, h->profile_now) != 0;
}

static void
nobody_waits(void *context, int result, const char *message) {
	(void)context;
	(void)result;
	(void)message;
}

static void
revert_overdue(struct core *c, uint64_t now) {
	for (size_t i = 0; i < c->acts.history_count; i++) {
		struct change *h = &c->acts.history[i];
		struct change back;
		if (!h->confirm_ns || h->undone || h->confirm_ns > now || h->reverting)
			continue;
		if (is_superseded(c, h)) {
			upkeep_confirm(c, h->id, nobody_waits, NULL);
			h->reverting = true;
			continue;
		}
		h->reverting = true;
		if (!acts_undo_one(c, h->id, CLOCK_AUTHOR, &back))
			continue;
		log_warn("nobody confirmed change %lu: it is taken back", (unsigned long)h->id);
		back.unconfirmed = true;
		act_submit(c, &back, NULL, NULL);
		return;
	}
}

static bool
home_moved(struct core *c) {
	struct rule_address home[POLICY_HOME_MAX];
	size_t count = policy_home(&c->state, home);

	if (count == c->home_count && memcmp(home, c->home, count * sizeof *home) == 0)
		return false;
	memcpy(c->home, home, sizeof home);
	c->home_count = count;
	return true;
}

// Which addresses are at home becomes clear when devices show theirs: what may not reach the home
// is to be stopped from then on, not from the next second on.
void
upkeep_home(struct core *c) {
	if (c->home_count < POLICY_HOME_MAX && home_moved(c))
		upkeep_moved(c);
}

void
upkeep_second(struct core *c) {
	uint64_t now = clock_wall_ns();
	bool moved = home_moved(c);

	bool was_untrusted = c->state.clock_untrusted;
	if (change_hours(&c->state, now) || moved)
		upkeep_moved(c);
	if (c->state.clock_untrusted != was_untrusted)
		log_warn(
			"the clock %s",
			was_untrusted ? "is set: hours and ends of rules go by it again"
				      : "is not set: hours and ends of rules stand still"
		);
	learn_tell_ended(&c->state, now);
	end_rules(c, now);
	revert_overdue(c, now);
}

// Without a loop yet: written, then applied.
static int
do_now(struct core *c, struct change *change) {
	struct store_change *job = calloc(1, sizeof *job);
	int r = job ? 0 : -ENOMEM;

	if (job && change_complete(c, change)) {
		change_job(c, change, job);
		r = job->audit ? store_do_now(c->store, &job->job) : -ENOMEM;
		if (r == 0) {
			c->state.generation = job->generation;
			change_apply(c, change);
			if (!change->automatic)
				acts_keep(&c->acts, change);
		} else {
			log_err("%s", job->job.message);
		}
	}
	text_drop(change->text_was);
	text_drop(change->text_now);
	if (job)
		audit_free(job->audit);
	free(job);
	return r;
}

static void
default_change(struct core *c, const char *asked, struct change *ret) {
	char text[CUTS_TEXT];

	*ret = (struct change){.kind = CHANGE_DEFAULT, .author = CONFIG_AUTHOR};
	snprintf(ret->profile_now, sizeof ret->profile_now, "%s", asked);
	snprintf(ret->name_now, sizeof ret->name_now, "%s", asked);
	if (!change_cuts(c, ret, text))
		return;
	ret->confirm_ns = clock_wall_ns() + CONFIRM_WITHIN * NS_PER_S;
	log_warn(
		"This can cut people off: %s It is taken back after %d seconds unless you say "
		"`spinctl confirm`",
		text,
		CONFIRM_WITHIN
	);
}

void
upkeep_default(struct core *c) {
	const char *asked = c->config->default_profile;
	struct change change;

	if (strcmp(asked, c->state.default_asked) == 0)
		return;
	default_change(c, asked, &change);
	act_submit(c, &change, NULL, NULL);
}

// The same at a start: what was accepted last holds, unless the configuration asks for another.
static int
start_default(struct core *c) {
	struct state *s = &c->state;
	const char *asked = c->config->default_profile;
	struct change change;

	if (!s->default_asked[0]) { // the first start
		struct store_change *job = calloc(1, sizeof *job);
		if (!job)
			return -ENOMEM;
		change = (struct change){.kind = CHANGE_DEFAULT, .automatic = true};
		snprintf(change.profile_now, sizeof change.profile_now, "%s", asked);
		snprintf(change.name_now, sizeof change.name_now, "%s", asked);
		change_job(c, &change, job);
		int r = store_do_now(c->store, &job->job);
		if (r < 0)
			log_err("%s", job->job.message);
		audit_free(job->audit);
		free(job);
		change_apply(c, &change);
		return r;
	}
	if (profiles_set_default(&s->profiles, s->default_profile) < 0)
		return profiles_set_default(&s->profiles, asked);
	if (strcmp(asked, s->default_asked) == 0)
		return 0;
	default_change(c, asked, &change);
	return do_now(c, &change);
}

int
upkeep_start(struct core *c) {
	uint64_t now = clock_wall_ns();

	change_hours(&c->state, now);
	home_moved(c);
	if (start_default(c) < 0)
		return -1;
	for (size_t i = 0; i < c->acts.history_count; i++) {
		const struct change *h = &c->acts.history[i];
		struct change back;
		if (!h->confirm_ns || h->undone || h->confirm_ns > now || is_superseded(c, h)
		    || !acts_undo_one(c, h->id, CLOCK_AUTHOR, &back))
			continue;
		log_warn(
			"nobody confirmed change %lu while spin-control was away: it is taken back",
			(unsigned long)h->id
		);
		text_hold(back.text_was);
		text_hold(back.text_now);
		back.unconfirmed = true;
		if (do_now(c, &back) < 0)
			return -1;
	}
	return 0;
}

struct confirming {
	struct store_confirm job;
	struct core *core;
	upkeep_done done;
	void *context;
};

static void
confirmed(struct store_job *job) {
	struct confirming *w = container_of(job, struct confirming, job.job);
	struct change *h = acts_find(&w->core->acts, w->job.change);

	persist_note(w->core, job);
	if (job->result == 0 && h)
		h->confirm_ns = 0;
	w->done(w->context, job->result, job->message);
	free(w);
}

bool
upkeep_confirm(struct core *c, uint64_t change, upkeep_done done, void *context) {
	const struct change *h = acts_find(&c->acts, change);
	struct confirming *w =
		h && h->confirm_ns && !h->undone && !h->reverting ? calloc(1, sizeof *w) : NULL;

	if (!w)
		return false;
	*w = (struct confirming){
		.job = {.job = {.run = store_run_confirm, .done = confirmed}, .change = change},
		.core = c,
		.done = done,
		.context = context,
	};
	store_submit(c->store, &w->job.job);
	return true;
}
