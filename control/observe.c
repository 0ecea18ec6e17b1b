// SPDX-License-Identifier: BSD-3-Clause
// Records of the dataplane become state.  Counters on the wire are cumulative for one run of the
// dataplane; ours go on over its restarts.

#include "control/clock.h"
#include "control/domain.h"
#include "control/export/export.h"
#include "control/history/history.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/state.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void
observe_device(struct state *s, const struct wire_device *w) {
	struct device *d = device_get(s, w->mac);
	if (!d)
		return;
	const struct traffic now = {
		.packets_out = w->packets_out,
		.bytes_out = w->bytes_out,
		.packets_in = w->packets_in,
		.bytes_in = w->bytes_in,
		.dropped = w->dropped,
	};
	const struct traffic more = traffic_since(&now, &d->at_run);
	uint64_t first = clock_wall_of(w->first_seen_ns);
	uint64_t seen = clock_wall_of(w->last_seen_ns);
	uint64_t wall = clock_wall_ns();

	if (d->side != w->side) {
		d->side = w->side;
		d->dirty = true;
	}
	history_see_device(s->history, d, &now);
	d->at_run = now;
	traffic_add(&d->sum, &more);
	// The first report of a device that was there before us is its past, not its speed.
	if (d->reported || wall - MIN_OF(first, wall) < RATE_NEW_NS) {
		rate_add(&d->rate_out, more.bytes_out, wall);
		rate_add(&d->rate_in, more.bytes_in, wall);
		rate_add(&s->rate_out, more.bytes_out, wall);
		rate_add(&s->rate_in, more.bytes_in, wall);
	}
	d->reported = true;
	presence_mark(&d->identity.presence, seen);
	d->first_seen_ns = MIN_OF(d->first_seen_ns, first);
	d->last_seen_ns = MAX_OF(d->last_seen_ns, seen);
	d->changed = true;
}

void
observe_address(struct state *s, const struct wire_address *w) {
	struct device *d = device_get(s, w->mac);

	if (d && (w->family == 4 || w->family == 6))
		s->home_grew |= device_add_address(
			d, w->family, w->address, w->source, clock_wall_of(w->seen_ns)
		);
}

void
observe_hostname(struct state *s, const struct wire_hostname *w) {
	struct device *d = device_get(s, w->mac);

	if (d && w->length > 0)
		device_set_hostname(
			d,
			w->text,
			MIN_OF(w->length, sizeof w->text - 1),
			w->source,
			clock_wall_of(w->seen_ns)
		);
}

void
observe_fact(struct state *s, const struct wire_fact *w) {
	struct device *d = device_get(s, w->mac);

	if (d && w->kind < FACT_KIND_COUNT && w->length < sizeof w->text)
		identity_note(
			d,
			clue_of_fact(w->kind),
			MIN_OF(w->source, SOURCE_COUNT - 1),
			w->text,
			w->length,
			clock_wall_of(w->seen_ns)
		);
}

void
observe_name(struct state *s, const struct wire_name *w, const char *names) {
	struct device *d = device_get(s, w->mac);
	uint64_t seen = clock_wall_of(w->seen_ns);

	if (!d || !names[0])
		return;
	resolver_hear(s, d, w, names, seen);
	if (w->asked) // a name without an address leads nowhere
		return;
	if (w->chain)
		flow_chain_note(s, w->chain, names, w->length);
	identity_see_name(s, d, names, seen);
	if (w->family == 4 || w->family == 6) {
		peer_learn(s, d, w->family, w->address, names, w->length, seen);
		return;
	}
	struct destination *to = destination_of_domain(s, domain_registrable(names));
	struct link *l = to ? link_get(s, join_whole(s, d), to) : NULL;
	if (!l)
		return;
	l->dns_seen_ns = MAX_OF(l->dns_seen_ns, seen);
	to->dns_seen_ns = MAX_OF(to->dns_seen_ns, seen);
	destination_add_name(to, names, seen);
	destination_touch(s, to);
}

void
observe_port(struct state *s, const struct wire_port *w) {
	struct wire_port *p = NULL;

	for (size_t i = 0; i < s->ports_count && !p; i++)
		if (s->ports[i].id == w->id)
			p = &s->ports[i];
	if (!p && s->ports_count < STATE_PORTS_MAX)
		p = &s->ports[s->ports_count++];
	if (!p)
		return;
	*p = *w;
	p->name[sizeof p->name - 1] = 0;
	p->driver[sizeof p->driver - 1] = 0;
}

static uint64_t
dropped(const struct wire_stats *w) {
	uint64_t sum = 0;

	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		sum += w->reason_packets[i];
	return sum;
}

static uint64_t
local_day(void) {
	time_t now = time(NULL);
	struct tm t;

	localtime_r(&now, &t);
	return (uint64_t)t.tm_year * 366 + (uint64_t)t.tm_yday;
}

// Between two reports of one run of the dataplane.
static void
observe_workers(struct state *s, const struct wire_stats *w) {
	const struct wire_stats *was = &s->stats;
	bool same = s->stats_ns && was->start_ns == w->start_ns && was->now_ns < w->now_ns;
	uint64_t whole = w->now_ns - was->now_ns;

	for (unsigned int i = 0; i < WIRE_WORKERS_MAX; i++) {
		uint64_t idle = w->worker_idle_ns[i] - was->worker_idle_ns[i];
		bool known = same && w->worker_core[i] > 0 && was->worker_core[i] > 0
			&& w->worker_idle_ns[i] >= was->worker_idle_ns[i];
		// It is told a little late or early: between 0 and 100 all the same.
		uint64_t busy = idle < whole ? whole - idle : 0;
		s->worker_busy_percent[i] =
			known ? (uint8_t)((double)busy * 100 / (double)whole) : WORKER_NOT_TOLD;
	}
}

void
observe_stats(struct state *s, const struct wire_stats *w) {
	uint64_t before = s->stats_ns ? dropped(&s->stats) : 0;
	uint64_t now = dropped(w);
	uint64_t day = local_day();

	if (day != s->today) {
		s->today = day;
		s->dropped_today = 0;
	}
	s->dropped_today += now >= before ? now - before : now;
	observe_workers(s, w);
	s->stats = *w;
	s->stats_ns = clock_wall_ns();
}

void
state_raise(struct state *s, enum alert kind, uint64_t wall_ns, const char *text) {
	if (s->alerts_count == STATE_ALERTS_MAX)
		memmove(s->alerts, s->alerts + 1, --s->alerts_count * sizeof *s->alerts);
	struct state_alert *a = &s->alerts[s->alerts_count++];
	*a = (struct state_alert){
		.id = id_new(),
		.kind = kind,
		.seen_ns = wall_ns,
		.changed = true,
	};
	snprintf(a->text, sizeof a->text, "%s", text);
	exports_alert(s->exports, a);
}

void
observe_alert(struct state *s, const struct wire_alert *w) {
	char text[sizeof w->text + 1];

	snprintf(text, sizeof text, "%.*s", (int)sizeof w->text, w->text);
	state_raise(s, w->kind, clock_wall_of(w->seen_ns), text);
}

// Lists keep their own count: their ids are no rule's.
void
observe_hits(struct state *s, const struct wire_hits *w) {
	if (!(w->rule & WIRE_HITS_LIST))
		rules_count_hits(s, w->rule, w->hits, w->last_ns);
}

void
observe_new_run(struct state *s) {
	struct flow *f;

	TAILQ_FOREACH (f, &s->flows_by_birth, by_birth)
		history_flow_closed(s->history, f);
	flow_forget_all(s);
	for (size_t i = 0; i < s->devices_count; i++) {
		s->devices[i]->at_run = (struct traffic){0};
		s->devices[i]->kept = (struct traffic){0};
		s->devices[i]->reported = false;
	}
	s->ports_count = 0;
	memset(&s->stats, 0, sizeof s->stats);
	s->stats_ns = 0;
}
