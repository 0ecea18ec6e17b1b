// SPDX-License-Identifier: BSD-3-Clause
// Containing: rules that keep each device from the target, until the incident's end.

#include "control/act.h"
#include "control/confirm.h"
#include "control/device.h"
#include "control/incident/own.h"
#include "control/rule.h"
#include "platform/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPERATION "reportIncident"

// One change on its way.
struct step {
	struct containing *all;
	struct incident_match *match; // whose rule it is; NULL: a rule goes
};

static void
end_step(struct containing *k) {
	if (--k->waiting == 0)
		k->then(k);
}

static void
done(void *context, const struct change *change, const struct act_result *r) {
	struct step *s = context;
	struct containing *k = s->all;
	struct incident_match *m = s->match;

	(void)change;
	if (r->outcome == ACT_FULL || r->outcome == ACT_FAILED) {
		if (k->failed++ == 0)
			snprintf(k->message, sizeof k->message, "%s", r->message);
	} else if (m && r->rule && m->n_rules < INCIDENT_RULES) {
		m->rules[m->n_rules++] = r->rule->id;
	}
	free(s);
	end_step(k);
}

static void
submit(struct containing *k, struct change *change, struct incident_match *m) {
	struct step *s = malloc(sizeof *s);

	if (!s) {
		k->failed++;
		snprintf(k->message, sizeof k->message, "out of memory");
		return;
	}
	*s = (struct step){k, m};
	snprintf(change->author, sizeof change->author, "%s", k->author);
	snprintf(change->operation, sizeof change->operation, OPERATION);
	k->waiting++;
	act_submit(k->core, change, done, s);
}

static void
describe(const struct incident *i, struct rule_spec *spec) {
	const struct scope *s = &i->scope;

	// One service can stand in a rule; of several, the whole target is meant.
	if (s->n_protocols == 1)
		spec->service.protocol = s->protocols[0];
	if (s->n_protocols == 1 && s->n_ports == 1 && s->ports[0].low > 0) {
		spec->service.low = s->ports[0].low;
		spec->service.high = s->ports[0].high;
	}
	spec->until_ns = i->until_ns;
	snprintf(spec->comment, sizeof spec->comment, "Reported as attacked by %.60s", i->author);
}

static void
contain(struct containing *k, struct incident_match *m) {
	const struct incident *i = k->incident;
	char cuts[CUTS_TEXT];

	m->n_rules = 0;
	for (unsigned int n = 0; n < i->scope.n_target && n < INCIDENT_RULES; n++) {
		const struct rule_address *to = &i->scope.target[n];
		struct change change = {.kind = CHANGE_RULE, .rule_has = true};
		struct rule_spec *spec = &change.rule_now;
		spec->action = ACTION_BLOCK;
		spec->subject = RULE_DEVICE;
		spec->device = m->device;
		spec->object =
			to->length == (to->family == 4 ? 32 : 128) ? RULE_ADDRESS : RULE_PREFIX;
		spec->address = *to;
		describe(i, spec);
		if (k->core->state.rules_count >= RULES_MAX) {
			k->failed++;
			snprintf(k->message, sizeof k->message, "there are too many rules");
		} else if (change_cuts(k->core, &change, cuts)) {
			k->cuts++;
		} else {
			submit(k, &change, m);
		}
	}
}

// The rules that stand already last until the incident's end.
static bool
prolong(struct containing *k, const struct incident_match *m) {
	bool any = false;

	for (unsigned int n = 0; n < m->n_rules; n++) {
		const struct rule *r = rule_by_id(&k->core->state, m->rules[n]);
		struct change change = {.kind = CHANGE_RULE, .rule_has = true};
		if (!r)
			continue;
		any = true;
		change.rule = r->id;
		change.rule_now = r->spec;
		change.rule_now.until_ns = k->incident->until_ns;
		submit(k, &change, NULL);
	}
	return any;
}

void
incident_contain(struct containing *k) {
	k->waiting = 1; // until all are on their way
	for (unsigned int n = 0; n < k->incident->n_matches; n++) {
		struct incident_match *m = &k->incident->matches[n];
		if (device_by_id(&k->core->state, m->device) && !prolong(k, m))
			contain(k, m);
	}
	end_step(k);
}

void
incident_release(struct containing *k) {
	const struct incident *i = k->incident;

	k->waiting = 1;
	for (unsigned int n = 0; n < i->n_matches; n++)
		for (unsigned int m = 0; m < i->matches[n].n_rules; m++) {
			const struct rule *r = rule_by_id(&k->core->state, i->matches[n].rules[m]);
			struct change change = {.kind = CHANGE_RULE};
			if (!r)
				continue;
			change.rule = r->id;
			change.rule_now = r->spec;
			submit(k, &change, NULL);
		}
	end_step(k);
}

unsigned int
incident_rules(const struct core *c, const struct incident *i) {
	unsigned int count = 0;

	for (unsigned int n = 0; n < i->n_matches; n++)
		for (unsigned int m = 0; m < i->matches[n].n_rules; m++)
			count += rule_by_id(&c->state, i->matches[n].rules[m]) != NULL;
	return count;
}
