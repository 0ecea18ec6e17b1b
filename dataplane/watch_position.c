// SPDX-License-Identifier: BSD-3-Clause
// A window slides over what the workers gathered, in two halves, so that what was wrong and was put
// right is forgotten.

#include "dataplane/clock.h"
#include "dataplane/ctl/ctl.h"
#include "dataplane/inspect/position.h"
#include "dataplane/watch.h"
#include "dataplane/worker.h"

#include <string.h>

#define LOOK_EVERY (2 * NS_PER_S)
#define HALF_WINDOW (600 * NS_PER_S)
#define REMIND_AFTER (86400 * NS_PER_S)

struct moment {
	ns_t at;
	struct position_counts sum[POSITION_SIDES];
};

static struct {
	struct moment before, middle;
	ns_t looked;
	enum position_verdict last; // of the look before
	enum position_verdict said;
	ns_t said_at;
} watch;

static unsigned int
senders(const struct shared *s, enum position_side side, bool private_out, ns_t since) {
	const struct position_sender *lists[WORKERS_MAX];

	for (unsigned int i = 0; i < s->workers; i++) {
		const struct position *p = &s->worker[i]->position;
		lists[i] = private_out ? p->private_out[side] : p->sender[side];
	}
	return position_senders(lists, s->workers, since);
}

static void
look(const struct shared *s, ns_t now, struct position_window *ret) {
	struct moment m = {.at = now};

	for (unsigned int i = 0; i < s->workers; i++)
		position_add(m.sum, &s->worker[i]->position);
	if (watch.before.at == 0)
		watch.before = watch.middle = m;
	if (now - watch.middle.at >= HALF_WINDOW) {
		watch.before = watch.middle;
		watch.middle = m;
	}
	position_since(m.sum, watch.before.sum, ret);
	ret->age_ns = now - watch.before.at;
	for (unsigned int i = 0; i < POSITION_SIDES; i++) {
		ret->senders[i] = senders(s, i, false, watch.before.at);
		ret->private_out[i] = senders(s, i, true, watch.before.at);
	}
}

void
watch_position(const struct shared *s) {
	ns_t now = clock_now();
	struct position_window w = {0};

	if (watch.looked != 0 && now - watch.looked < LOOK_EVERY)
		return;
	watch.looked = now;
	look(s, now, &w);
	enum position_verdict v = position_judge(&w);
	bool stands = v == watch.last;
	watch.last = v;
	if (!stands)
		return;
	if (v == POSITION_NORMAL) {
		if (position_is_proven(&w))
			watch.said = POSITION_NORMAL;
		return;
	}
	if (v == watch.said && now - watch.said_at < REMIND_AFTER)
		return;
	watch.said = v;
	watch.said_at = now;
	ctl_alert(
		v == POSITION_SWAPPED ? ALERT_PORTS_SWAPPED : ALERT_OUTSIDE_ROUTER,
		"%s",
		position_text(v)
	);
}
