// SPDX-License-Identifier: BSD-3-Clause
// What the clock does to rules.  Looked at every second and after every change; a boundary that
// passed while control was down is caught up by the first look.  Nobody believes a clock that was
// never set: then what held last holds on, and the state says so.

#include "control/change.h"
#include "control/state.h"

static bool
is_over(const struct rule_spec *s, uint64_t wall_ns) {
	return s->until_ns && wall_ns >= s->until_ns;
}

bool
change_hours(struct state *s, uint64_t wall_ns) {
	time_t seconds = (time_t)(wall_ns / NS_PER_S);
	bool moved = false;
	struct tm local;

	s->clock_untrusted = wall_ns < CLOCK_TRUSTED_NS || !localtime_r(&seconds, &local);
	for (size_t i = 0; i < s->rules_count; i++) {
		struct rule *r = s->rules[i];
		bool was = r->active;
		bool holds = s->clock_untrusted
			? was
			: schedule_holds(&r->spec.schedule, &local) && !is_over(&r->spec, wall_ns);
		rule_set_active(s, r, holds && !r->spec.disabled);
		moved = moved || was != r->active;
	}
	for (size_t i = 0; i < s->profiles.count && !s->clock_untrusted; i++)
		for (size_t k = 0; k < s->profiles.items[i].rules_count; k++) {
			struct profile_rule *r = &s->profiles.items[i].rules[k];
			bool holds = schedule_holds(&r->spec.schedule, &local);
			r->dirty = r->dirty || r->active != holds;
			moved = moved || r->active != holds;
			r->active = holds;
		}
	return moved;
}
