// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule.h"

#include "control/array.h"
#include "control/clock.h"
#include "control/id.h"
#include "control/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rule *
rule_by_id(const struct state *s, uint64_t id) {
	return array_find((void *const *)s->rules, s->rules_count, id);
}

struct rule *
rule_same(const struct state *s, const struct rule_spec *spec) {
	for (size_t i = 0; i < s->rules_count; i++)
		if (rule_spec_same(&s->rules[i]->spec, spec))
			return s->rules[i];
	return NULL;
}

struct rule *
rule_find(
	const struct state *s,
	enum action action,
	const struct device *d,
	const struct destination *to
) {
	for (size_t i = 0; i < s->rules_count; i++) {
		struct rule *r = s->rules[i];
		if (r->spec.action == action && r->device == d && r->destination == to
		    && (rule_spec_is_plain(&r->spec) || action == ACTION_PAUSE))
			return r;
	}
	return NULL;
}

void
rule_spec_plain(
	struct rule_spec *ret,
	enum action action,
	const struct device *d,
	const struct destination *to
) {
	*ret = (struct rule_spec){
		.action = (uint8_t)action,
		.subject = d ? RULE_DEVICE : RULE_EVERYONE,
		.device = d ? d->id : 0,
		.object = to ? RULE_NODE : RULE_ANY,
		.destination = to ? to->id : 0,
	};
}

// Where its bit stands; NULL for a rule that has none.  A pair's link is made.
static uint8_t *
bits_of(struct state *s, const struct rule *r) {
	struct rule_spec bare = r->spec;

	// As long as it holds, a rule with hours or an end says the same as one without.
	bare.schedule = (struct schedule){0};
	bare.until_ns = 0;
	bare.disabled = false;
	if (!rule_spec_is_plain(&bare) && bare.action != ACTION_PAUSE)
		return NULL;
	if (r->device && r->destination) {
		struct link *l = link_get(s, r->device, r->destination);
		return l ? &l->actions : NULL;
	}
	if (!r->device && !r->destination)
		return NULL;
	return r->device ? &r->device->actions : &r->destination->actions;
}

static void
mark_changed(const struct rule *r) {
	if (r->device)
		r->device->changed = true;
	if (r->destination)
		r->destination->changed = r->destination->visible = true;
}

// Another rule may hold the same bit.
static bool
is_held_by_another(struct state *s, const struct rule *r) {
	for (size_t i = 0; i < s->rules_count; i++) {
		const struct rule *other = s->rules[i];
		if (other != r && other->bit_set && other->device == r->device
		    && other->destination == r->destination && other->spec.action == r->spec.action)
			return true;
	}
	return false;
}

static void
put_bit(struct state *s, struct rule *r) {
	bool set = r->active;
	uint8_t *bits = set == r->bit_set ? NULL : bits_of(s, r);

	mark_changed(r);
	if (!bits)
		return;
	r->bit_set = set;
	if (set)
		*bits |= r->spec.action;
	else if (!is_held_by_another(s, r))
		*bits = (uint8_t)(*bits & ~r->spec.action);
}

// The destination stays as long as a rule names it.
static void
hold(const struct rule *r, bool held) {
	if (!r->destination)
		return;
	if (held)
		r->destination->rules++;
	else
		r->destination->rules--;
	if (!r->device)
		return;
	if (held)
		r->destination->pair_rules++;
	else
		r->destination->pair_rules--;
}

void
rule_remember(struct state *s, uint64_t id, uint64_t hits, uint64_t last_hit_ns) {
	if (hits == 0)
		return;
	s->rules_past[s->rules_past_next] = (struct rule_past){id, hits, last_hit_ns};
	s->rules_past_next = (s->rules_past_next + 1) % RULES_PAST;
}

static void
recall(struct state *s, struct rule *r) {
	for (size_t i = 0; i < RULES_PAST; i++) {
		struct rule_past *p = &s->rules_past[i];
		if (p->id != r->id)
			continue;
		r->hits = p->hits;
		r->last_hit_ns = p->last_hit_ns;
		r->dirty = true;
		*p = (struct rule_past){0};
	}
}

static struct rule *
rule_new(struct state *s, uint64_t id, uint64_t created_ns, const char *author) {
	struct rule *r = s->rules_count < RULES_MAX ? calloc(1, sizeof *r) : NULL;

	if (!r)
		return NULL;
	r->id = id ? id : id_new();
	r->created_ns = created_ns;
	id_seen(r->id);
	snprintf(r->author, sizeof r->author, "%s", author);
	if (array_insert((void ***)&s->rules, &s->rules_count, r) < 0) {
		free(r);
		return NULL;
	}
	recall(s, r);
	return r;
}

struct rule *
rule_put(
	struct state *s,
	uint64_t id,
	const struct rule_spec *spec,
	uint64_t created_ns,
	const char *author
) {
	struct device *d = spec->device ? device_by_id(s, spec->device) : NULL;
	struct destination *to = spec->destination ? destination_by_id(s, spec->destination) : NULL;
	struct rule *r = id ? rule_by_id(s, id) : NULL;

	if ((spec->device && !d) || (spec->destination && !to))
		return NULL;
	if (d && to && !link_get(s, d, to))
		return NULL;
	if (!r && !(r = rule_new(s, id, created_ns, author)))
		return NULL;
	if (r->bit_set)
		rule_set_active(s, r, false);
	hold(r, false);
	r->spec = *spec;
	r->device = d;
	r->destination = to;
	hold(r, true);
	r->active = !spec->disabled;
	put_bit(s, r);
	rule_names_clear(s);
	return r;
}

struct rule *
rule_set(
	struct state *s,
	uint64_t id,
	enum action action,
	struct device *d,
	struct destination *to,
	uint64_t created_ns,
	const char *author
) {
	struct rule *r = rule_find(s, action, d, to);
	struct rule_spec spec;

	if (r || (!d && !to))
		return r;
	rule_spec_plain(&spec, action, d, to);
	return rule_put(s, id, &spec, created_ns, author);
}

void
rule_set_active(struct state *s, struct rule *r, bool active) {
	if (r->active == active)
		return;
	r->active = active;
	r->dirty = r->changed = true;
	put_bit(s, r);
}

void
rule_clear(struct state *s, struct rule *r) {
	r->active = false;
	put_bit(s, r);
	hold(r, false);
	rule_remember(s, r->id, r->hits, r->last_hit_ns);
	array_remove((void **)s->rules, &s->rules_count, r);
	rule_names_clear(s);
	free(r);
}

void
rules_count_hits(struct state *s, uint64_t id, uint64_t hits, uint64_t last_ns) {
	struct rule *r = rule_by_id(s, id);

	if (id & RULE_OF_PROFILE) {
		profiles_count_hits(&s->profiles, id, hits, clock_wall_of(last_ns));
	} else if (r) {
		r->hits += hits;
		r->last_hit_ns = MAX_OF(r->last_hit_ns, clock_wall_of(last_ns));
		r->changed = true;
	}
}
