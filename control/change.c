// SPDX-License-Identifier: BSD-3-Clause

#include "control/change.h"

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/persist.h"
#include "control/publish.h"
#include "control/upkeep.h"
#include "platform/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("change");

static bool
moves_choice(const struct change *c) {
	return c->chooses && memcmp(&c->choice_was, &c->choice_now, sizeof c->choice_was) != 0;
}

static bool
moves_limits(const struct change *c) {
	return memcmp(&c->limits_was, &c->limits_now, sizeof c->limits_was) != 0;
}

bool
change_moves_policy(const struct change *c) {
	switch (c->kind) {
	case CHANGE_RULE:
		return c->rule_now.action != ACTION_IGNORE;
	case CHANGE_DEVICE:
		return strcmp(c->profile_was, c->profile_now) != 0 || moves_limits(c)
			|| (c->chooses && c->choice_was.joined != c->choice_now.joined);
	case CHANGE_PROFILE:
	case CHANGE_DEFAULT:
		return true;
	default:
		return false;
	}
}

// Which rule it is about: by id, by what it says, or by whom the plain one is for.
static const struct rule *
rule_of(const struct core *c, const struct change *change) {
	const struct state *s = &c->state;
	const struct rule_spec *now = &change->rule_now;

	if (change->rule)
		return rule_by_id(s, change->rule);
	if (change->rule_has && now->action != ACTION_PAUSE)
		return rule_same(s, now);
	return rule_find(
		s,
		(enum action)now->action,
		device_by_id(s, now->device),
		destination_by_id(s, now->destination)
	);
}

static bool
complete_rule(const struct core *c, struct change *change) {
	const struct rule *r = rule_of(c, change);

	change->rule_had = r != NULL;
	if (r) {
		change->rule = r->id;
		change->rule_created_ns = r->created_ns;
		change->rule_was = r->spec;
		if (!change->rule_has)
			change->rule_now = r->spec;
	} else {
		change->rule = change->rule ? change->rule : id_new();
		if (!change->rule_created_ns)
			change->rule_created_ns = change->time_ns;
	}
	change->device = change->rule_now.device;
	change->destination = change->rule_now.destination;
	if (change->rule_had && change->rule_has)
		return !rule_spec_same(&change->rule_was, &change->rule_now)
			|| change->rule_was.disabled != change->rule_now.disabled
			|| strcmp(change->rule_was.comment, change->rule_now.comment) != 0;
	return change->rule_had || change->rule_has;
}

static void
complete_profile(const struct core *c, struct change *change) {
	const struct profile *p = profiles_find(&c->state.profiles, change->profile_now);

	memcpy(change->profile_was, change->profile_now, sizeof change->profile_was);
	text_drop(change->text_was);
	change->text_was = p && !p->shipped ? text_new(p->text, p->length) : NULL;
}

bool
change_complete(const struct core *c, struct change *change) {
	const struct device *d = device_by_id(&c->state, change->device);
	const struct destination *to = destination_by_id(&c->state, change->destination);

	change->id = id_new();
	change->time_ns = clock_wall_ns();
	switch (change->kind) {
	case CHANGE_RULE:
		return complete_rule(c, change);
	case CHANGE_DEVICE:
		memcpy(change->name_was, d->user_name, sizeof change->name_was);
		memcpy(change->profile_was, d->profile, sizeof change->profile_was);
		change->limits_was = d->limits;
		change->choice_was = d->identity.choice;
		break;
	case CHANGE_DESTINATION:
		memcpy(change->name_was, to->user_name, sizeof change->name_was);
		break;
	case CHANGE_PROFILE:
		complete_profile(c, change);
		return !change->text_was != !change->text_now
			|| (change->text_now
			    && strcmp(change->text_was->text, change->text_now->text) != 0);
	case CHANGE_DEFAULT:
		memcpy(change->name_was, change->name_now, sizeof change->name_was);
		snprintf(
			change->profile_was,
			sizeof change->profile_was,
			"%s",
			c->state.profiles.items[c->state.profiles.by_default].name
		);
		break;
	case CHANGE_KIND_COUNT:
		break;
	}
	return strcmp(change->name_was, change->name_now) != 0
		|| strcmp(change->profile_was, change->profile_now) != 0 || moves_limits(change)
		|| moves_choice(change);
}

void
change_job(struct core *c, const struct change *change, struct store_change *ret) {
	const struct device *d = device_by_id(&c->state, change->device);
	const struct destination *to = destination_by_id(&c->state, change->destination);

	*ret = (struct store_change){
		.job = {.run = store_run_change},
		.change = *change,
		.profiles_dir = c->config->profiles_dir,
	};
	if (change_moves_policy(change))
		c->generation_given++;
	ret->generation = c->generation_given;
	const struct rule *r = change->kind == CHANGE_RULE && !change->rule_has
		? rule_by_id(&c->state, change->rule)
		: NULL;
	if (r)
		ret->rule_state =
			(struct rule_state_row){r->id, r->active, r->hits, r->last_hit_ns};
	ret->audit = audit_of_change(c, change);
	if (d) {
		ret->has_device = true;
		persist_device_row(d, &ret->device);
		if (change->kind == CHANGE_DEVICE) {
			memcpy(ret->device.user_name, change->name_now, sizeof change->name_now);
			memcpy(ret->device.profile, change->profile_now, sizeof change->profile_now
			);
			ret->device.limits = change->limits_now;
			if (change->chooses)
				ret->device.choice = change->choice_now;
		}
	}
	if (to) {
		ret->has_destination = true;
		persist_destination_row(to, &ret->destination);
		if (change->kind == CHANGE_DESTINATION)
			memcpy(ret->destination.user_name, change->name_now, sizeof change->name_now
			);
	}
}

static struct rule *
apply_rule(struct core *c, const struct change *change) {
	struct state *s = &c->state;
	struct rule *r;

	if (change->rule_has) {
		r = rule_put(
			s, change->rule, &change->rule_now, change->rule_created_ns, change->author
		);
		change_hours(s, clock_wall_ns());
		return r;
	}
	r = rule_by_id(s, change->rule);
	if (r) {
		publish_rule_removed(c, r->id);
		rule_clear(s, r);
	}
	return NULL;
}

// The text was looked at before it was written; what is in force stays should that fail now.
static void
apply_profile(struct core *c, const struct change *change) {
	struct profiles *fresh = calloc(1, sizeof *fresh);
	char error[PROFILE_ERROR] = "out of memory";

	if (fresh && core_try_profile(c, change->profile_now, change->text_now, fresh, error) == 0)
		core_take_profiles(c, fresh);
	else
		log_err("%s", error);
	free(fresh);
}

struct rule *
change_apply(struct core *c, const struct change *change) {
	struct device *d = device_by_id(&c->state, change->device);
	struct destination *to = destination_by_id(&c->state, change->destination);

	switch (change->kind) {
	case CHANGE_RULE:
		return apply_rule(c, change);
	case CHANGE_DEVICE:
		memcpy(d->user_name, change->name_now, sizeof d->user_name);
		memcpy(d->profile, change->profile_now, sizeof d->profile);
		d->limits = change->limits_now;
		if (change->chooses) {
			d->identity.choice.kind = change->choice_now.kind;
			d->identity.choice.privacy = change->choice_now.privacy;
			join_set(&c->state, d, change->choice_now.joined);
		}
		d->changed = true;
		break;
	case CHANGE_DESTINATION:
		memcpy(to->user_name, change->name_now, sizeof to->user_name);
		to->changed = true;
		break;
	case CHANGE_PROFILE:
		apply_profile(c, change);
		break;
	case CHANGE_DEFAULT:
		profiles_set_default(&c->state.profiles, change->profile_now);
		snprintf(
			c->state.default_profile,
			sizeof c->state.default_profile,
			"%s",
			change->profile_now
		);
		snprintf(
			c->state.default_asked,
			sizeof c->state.default_asked,
			"%.32s",
			change->name_now
		);
		break;
	case CHANGE_KIND_COUNT:
		break;
	}
	return NULL;
}

void
change_reverse(const struct change *c, const char *author, struct change *ret) {
	*ret = *c;
	ret->undoes = c->id;
	ret->undone = false;
	ret->by = (struct audit_by){.who = ""};
	ret->operation[0] = 0;
	ret->confirm_ns = 0;
	ret->rule_had = c->rule_has;
	ret->rule_has = c->rule_had;
	ret->rule_was = c->rule_now;
	ret->rule_now = c->rule_had ? c->rule_was : c->rule_now;
	memcpy(ret->name_now, c->name_was, sizeof ret->name_now);
	memcpy(ret->profile_now, c->profile_was, sizeof ret->profile_now);
	ret->limits_now = c->limits_was;
	ret->choice_now = c->choice_was;
	ret->text_was = c->text_now;
	ret->text_now = c->text_was;
	snprintf(ret->author, sizeof ret->author, "%s", author);
}

bool
change_is_possible(const struct core *c, const struct change *change) {
	const struct state *s = &c->state;
	uint64_t device = change->kind == CHANGE_RULE ? change->rule_now.device : change->device;
	uint64_t destination =
		change->kind == CHANGE_RULE ? change->rule_now.destination : change->destination;

	return (!device || device_by_id(s, device))
		&& (!destination || destination_by_id(s, destination));
}
