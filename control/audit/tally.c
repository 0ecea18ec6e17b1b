// SPDX-License-Identifier: BSD-3-Clause
// What can happen a thousand times a minute is told once and counted: a guesser of passwords must
// not push what people did out of the trail.  There are few rows on purpose: who comes from more
// sources, or looks at more things, than that is counted as one, for longer.

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"

#include <stdio.h>
#include <string.h>

#define WINDOW_NS (60 * NS_PER_S)
#define OTHERS_NS (600 * NS_PER_S)

static bool
is_same(const struct audit_tally *t, const struct audit_tally *like) {
	return strcmp(t->by.who, like->by.who) == 0 && strcmp(t->by.source, like->by.source) == 0
		&& strcmp(t->by.way, like->by.way) == 0 && strcmp(t->reason, like->reason) == 0
		&& (like->reason[0]
		    || (strcmp(t->operation, like->operation) == 0
			&& strcmp(t->object, like->object) == 0));
}

static void
tell(struct core *c, const struct audit_tally *t, uint64_t times) {
	struct audit_entry *e = audit_new(&t->by, t->operation, clock_wall_ns());

	if (e && t->object[0])
		audit_object_of(c, e, t->object);
	if (e) {
		e->times = times;
		snprintf(e->outcome, sizeof e->outcome, "%s", t->outcome);
		snprintf(e->reason, sizeof e->reason, "%s", t->reason);
	}
	audit_submit(c, e, NULL, NULL);
}

void
audit_count(
	struct core *c,
	const struct audit_by *by,
	const char *operation,
	const char *object,
	const char *outcome,
	const char *reason
) {
	struct audit_tallies *all = &c->tallies;
	struct audit_tally *others = &all->rows[AUDIT_TALLIES];
	struct audit_tally like = {.by = *by};

	snprintf(like.operation, sizeof like.operation, "%s", operation);
	snprintf(like.object, sizeof like.object, "%s", object);
	snprintf(like.outcome, sizeof like.outcome, "%s", outcome);
	snprintf(like.reason, sizeof like.reason, "%s", reason);
	for (size_t i = 0; i < all->count; i++)
		if (is_same(&all->rows[i], &like)) {
			all->rows[i].more++;
			return;
		}
	if (others->until_ns) {
		others->more++;
		return;
	}
	if (all->count < AUDIT_TALLIES) {
		like.until_ns = clock_mono_ns() + WINDOW_NS;
		all->rows[all->count++] = like;
	} else {
		*others = (struct audit_tally){.until_ns = clock_mono_ns() + OTHERS_NS};
		snprintf(others->by.source, sizeof others->by.source, "others");
		snprintf(others->outcome, sizeof others->outcome, "%s", outcome);
	}
	tell(c, &like, 1);
}

void
audit_second(struct core *c) {
	struct audit_tallies *all = &c->tallies;
	struct audit_tally *others = &all->rows[AUDIT_TALLIES];
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; i < all->count;) {
		struct audit_tally *t = &all->rows[i];
		if (now < t->until_ns) {
			i++;
			continue;
		}
		if (t->more > 0)
			tell(c, t, t->more);
		*t = all->rows[--all->count];
	}
	if (others->until_ns && now >= others->until_ns) {
		if (others->more > 0)
			tell(c, others, others->more);
		others->until_ns = 0;
	}
}
