// SPDX-License-Identifier: BSD-3-Clause
// Rules are sorted by precedence, so that the answer is the lowest row that matches; a run that
// begins behind the best one so far is not looked at.

#include "platform/policy_decide.h"

#include <stddef.h>

static bool
port_matches(const struct policy_rule *r, const struct policy_packet *k) {
	if (r->port_low == 0 && r->port_high == UINT16_MAX)
		return true;
	if (!k->ports_known)
		return r->action != POLICY_ALLOW;
	return k->port >= r->port_low && k->port <= r->port_high;
}

// What may follow a question: all of it must be stopped, or the answer is wanted.
static bool
service_matches(const struct policy_rule *r, const struct policy_packet *k) {
	if (k->name_only)
		return r->action == POLICY_ALLOW
			|| (r->protocol == 0 && r->port_low == 0 && r->port_high == UINT16_MAX);
	return (r->protocol == 0 || r->protocol == k->protocol) && port_matches(r, k);
}

static bool
direction_matches(const struct policy_rule *r, const struct policy_packet *k) {
	if (r->action == POLICY_ALLOW)
		return (r->direction & k->direction) == k->direction;
	return (r->direction & k->direction) != 0;
}

static bool
local_matches(
	const struct policy_header *p,
	const struct policy_rule *r,
	const struct policy_packet *k
) {
	if (r->local == 0)
		return true;
	const struct policy_local *local = policy_rows(p, p->locals);
	local += r->local - 1;
	return k->local && local->family == k->family
		&& memcmp(local->address, k->local, sizeof local->address) == 0;
}

// Subject and object are right; the rest?
static bool
matches(const struct policy_header *p, const struct policy_rule *r, const struct policy_packet *k) {
	return service_matches(r, k) && direction_matches(r, k) && local_matches(p, r, k);
}

static void
try_run(struct policy_decision *d, const struct policy_run *run) {
	const struct policy_header *p = d->image;
	const struct policy_rule *rule = policy_rows(p, p->rules);
	const uint32_t *row = policy_rows(p, p->run_rules);

	row += run->rules;
	for (uint32_t i = 0; i < run->count && row[i] < d->best; i++)
		if (matches(p, &rule[row[i]], &d->packet)) {
			d->best = row[i];
			return;
		}
}

bool
policy_rule_matches(const struct policy_decision *d, uint32_t row) {
	const struct policy_rule *rule = policy_rows(d->image, d->image->rules);
	uint32_t subject = rule[row].subject;

	if (subject != POLICY_EVERYONE && subject != policy_subject_of_profile(d->subject->profile)
	    && (d->subject->device == POLICY_NO_ROW
		|| subject != policy_subject_of_device(d->subject->device)))
		return false;
	return matches(d->image, &rule[row], &d->packet);
}

// Keeps the rule in order; beyond the room the last one gives way.
static void
add_limit(struct policy_decision *d, uint32_t row) {
	uint32_t at = d->limits;

	for (uint32_t i = 0; i < d->limits; i++)
		if (d->limit[i] == row)
			return;
	if (at == POLICY_LIMITS_MAX && d->limit[--at] < row)
		return;
	for (; at > 0 && d->limit[at - 1] > row; at--)
		d->limit[at] = d->limit[at - 1];
	d->limit[at] = row;
	d->limits += d->limits < POLICY_LIMITS_MAX;
}

// Limits stand behind all rules that decide.
static void
try_limits(struct policy_decision *d, const struct policy_run *run) {
	const struct policy_header *p = d->image;
	const struct policy_rule *rule = policy_rows(p, p->rules);
	const uint32_t *row = policy_rows(p, p->run_rules);

	row += run->rules;
	for (uint32_t i = run->count; i > 0 && row[i - 1] >= p->deciding; i--)
		if (matches(p, &rule[row[i - 1]], &d->packet))
			add_limit(d, row[i - 1]);
}

// The run of the object that is about the subject; NULL: none.
static const struct policy_run *
find_run(const struct policy_header *p, uint32_t object, uint32_t subject) {
	const struct policy_object *o = policy_rows(p, p->objects);
	const struct policy_run *run = policy_rows(p, p->runs);
	uint32_t low = o[object].runs;
	uint32_t high = low + o[object].count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (run[middle].subject < subject)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == o[object].runs + o[object].count || run[low].subject != subject)
		return NULL;
	return &run[low];
}

static unsigned int
subjects_of(const struct policy_subject *s, uint32_t ret[3]) {
	ret[0] = POLICY_EVERYONE;
	ret[1] = policy_subject_of_profile(s->profile);
	ret[2] = policy_subject_of_device(s->device);
	return s->device == POLICY_NO_ROW ? 2 : 3;
}

void
policy_decide_object(void *decision, uint32_t object) {
	struct policy_decision *d = decision;
	uint32_t subject[3];
	unsigned int n = subjects_of(d->subject, subject);

	for (unsigned int i = 0; i < n; i++) {
		const struct policy_run *run = find_run(d->image, object, subject[i]);
		if (run && run->first < d->best)
			try_run(d, run);
		if (run && policy_limits(d->image))
			try_limits(d, run);
	}
}

void
policy_decide_any(struct policy_decision *d) {
	const struct policy_run *run = policy_rows(d->image, d->image->runs);

	for (unsigned int i = 0; i < 3; i++) {
		uint32_t row = d->subject->any[i];
		if (row == POLICY_NO_ROW)
			continue;
		if (run[row].first < d->best)
			try_run(d, &run[row]);
		if (policy_limits(d->image))
			try_limits(d, &run[row]);
	}
}

// Does the rule hold for every packet of its subject?
static bool
is_unconditional(const struct policy_rule *r) {
	return r->protocol == 0 && r->local == 0 && r->direction == POLICY_BOTH;
}

bool
policy_asks(const struct policy_header *p) {
	const struct policy_rule *rule = policy_rows(p, p->rules);

	for (uint32_t i = 0; i < p->rules.count; i++)
		if (!is_unconditional(&rule[i]))
			return true;
	return false;
}

static void
find_any(const struct policy_header *p, struct policy_subject *s) {
	const struct policy_rule *rule = policy_rows(p, p->rules);
	const uint32_t *row = policy_rows(p, p->run_rules);
	const struct policy_run *runs = policy_rows(p, p->runs);
	const struct policy_run *run[3] = {NULL};
	uint32_t subject[3];
	unsigned int n = p->any == POLICY_NO_ROW ? 0 : subjects_of(s, subject);

	for (unsigned int i = 0; i < n; i++) {
		run[i] = find_run(p, p->any, subject[i]);
		for (uint32_t k = 0; run[i] && k < run[i]->count; k++) {
			uint32_t at = row[run[i]->rules + k];
			if (at < s->best && is_unconditional(&rule[at]))
				s->best = at;
		}
	}
	for (unsigned int i = 0; i < 3; i++) {
		const struct policy_run *r = run[i];
		bool says =
			r && (r->first < s->best || row[r->rules + r->count - 1] >= p->deciding);
		s->any[i] = says ? (uint32_t)(r - runs) : POLICY_NO_ROW;
	}
}

void
policy_subject_find(const struct policy_header *p, const uint8_t *mac, struct policy_subject *ret) {
	const struct policy_device *device = policy_rows(p, p->devices);
	const struct policy_profile *profile = policy_rows(p, p->profiles);
	uint32_t row = mac ? policy_find_device(p, mac) : POLICY_NO_ROW;

	*ret = (struct policy_subject){
		.device = row,
		.profile = row == POLICY_NO_ROW ? p->default_profile : device[row].profile,
		.limit = row == POLICY_NO_ROW ? 0 : device[row].limit,
		.best = p->deciding,
	};
	ret->default_verdict = profile[ret->profile].default_verdict;
	find_any(p, ret);
}
