// SPDX-License-Identifier: BSD-3-Clause
// The sweep: once around the flow table in about a second, in slices between batches.  It reports
// what changed since the sweep before, frees what fell silent, and nothing else: whether a flow is
// over is decided again by its own next packet.  When the event ring is full the sweep waits where
// it is, so a report may be late but is not lost.

#include "dataplane/event.h"
#include "dataplane/report.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"
#include "dataplane/table/hits.h"
#include "dataplane/table/station.h"
#include "dataplane/worker.h"
#include "platform/wire.h"

#include <string.h>

#define SWEEP_NS (1000 * NS_PER_MS)
#define SLICE_MIN 64u
#define STATION_AGE_S 300u

static bool
is_over(const struct flow *f, uint64_t now_us) {
	if (now_us <= f->last_seen_us || now_us - f->last_seen_us <= FLOW_SILENCE_MIN_US)
		return false;
	return now_us - f->last_seen_us > flow_timeout_us(f->state, f->key.protocol);
}

// False: the ring is full, come back to this flow.
static bool
visit(struct worker *w, struct flow *f, ns_t now) {
	uint64_t now_us = now / NS_PER_US;

	if (is_over(f, now_us)) {
		if (!report_flow_try(w, f, true))
			return false;
		flow_remove(w->flows, f);
		counter_add(&w->counters.flows_ended, 1);
		return true;
	}
	if (!w->sweep_all && f->last_seen_us < w->sweep_before / NS_PER_US)
		return true;
	return report_flow_try(w, f, false);
}

static void
sweep_begin(struct worker *w, ns_t now) {
	uint64_t asked = atomic_load_explicit(&w->snapshot_asked, memory_order_acquire);

	w->sweep_before = w->sweep_time;
	w->sweep_time = now;
	w->sweep_at = 0;
	w->sweep_answers = asked != w->snapshot_done ? asked : 0;
	w->sweep_all = w->sweep_answers != 0 || w->sweep_lost;
	w->sweep_lost = false;
}

// False: the ring is full, try again.
static bool
sweep_end(struct worker *w) {
	if (w->sweep_answers != 0 && report_wanted(w)) {
		void *id = event_reserve(w->events, WIRE_SNAPSHOT_END, sizeof(uint64_t));
		if (!id)
			return false;
		memcpy(id, &w->sweep_answers, sizeof(uint64_t));
		event_commit(w->events);
	}
	if (w->sweep_answers != 0)
		w->snapshot_done = w->sweep_answers;
	w->sweep_answers = 0;
	return true;
}

// Entries that are due by now.
static uint32_t
due(const struct worker *w, ns_t now, unsigned int budget) {
	uint64_t elapsed = now > w->sweep_last_slice ? now - w->sweep_last_slice : 0;
	uint64_t entries = (uint64_t)w->flows->high * MIN_OF(elapsed, SWEEP_NS) / SWEEP_NS;

	return (uint32_t)MIN_OF(entries, (uint64_t)budget);
}

// Stations grow old in seconds, so a sixteenth of the table a second is soon enough.
static void
age_stations(struct worker *w, ns_t now) {
	struct station_table *t = w->shared->stations;
	uint32_t n = (t->mask + 1) / 16;

	w->station_at = station_age(
		t, w->station_at, MAX_OF(n, 16u), station_tick(now), STATION_TICKS(STATION_AGE_S)
	);
}

// Starts the next sweep when it is time.  False: the one in hand cannot end yet.
static bool
turn_round(struct worker *w, ns_t now) {
	bool asked =
		atomic_load_explicit(&w->snapshot_asked, memory_order_relaxed) != w->snapshot_done;

	if (asked && w->sweep_answers == 0) {
		sweep_begin(w, now); // it reports everything: what the old one left out, too
		return true;
	}
	if (w->sweep_at < w->flows->high || now <= w->sweep_time
	    || (now - w->sweep_time < SWEEP_NS && !w->sweep_all))
		return true;
	if (!sweep_end(w))
		return false;
	sweep_begin(w, now);
	if (w->id == 0)
		age_stations(w, now);
	return true;
}

void
worker_housekeep(struct worker *w, ns_t now, unsigned int budget) {
	uint32_t n = due(w, now, budget);

	if (w->hits->untold_n && (now < w->hits->told || now - w->hits->told >= SWEEP_NS))
		report_hits(w, now);
	if (!turn_round(w, now))
		return;
	if (w->sweep_all) // somebody waits: as fast as the ring takes it
		n = budget;
	if (n < SLICE_MIN && n < budget && w->flows->high > SLICE_MIN)
		return; // too little to be worth the visit; the time adds up
	w->sweep_last_slice = now;
	flow_queue_trim(w->flows, budget);
	n = MAX_OF(n, SLICE_MIN);
	for (; n > 0 && w->sweep_at < w->flows->high; n--, w->sweep_at++) {
		struct flow *f = &w->flows->flow[w->sweep_at];
		if (f->key.family != 0 && !visit(w, f, now))
			return;
	}
}

bool
worker_tell_rest(struct worker *w, uint32_t *at) {
	if (*at == 0 && w->hits->untold_n)
		report_hits(w, w->sweep_time + SWEEP_NS);
	for (; *at < w->flows->high; ++*at) {
		const struct flow *f = &w->flows->flow[*at];
		if (f->key.family != 0 && f->last_seen_us >= w->sweep_before / NS_PER_US
		    && !report_flow_try(w, f, false))
			return false;
	}
	return true;
}

bool
worker_end_flows(struct worker *w) {
	for (uint32_t i = 0; i < w->flows->high; i++) {
		struct flow *f = &w->flows->flow[i];
		if (f->key.family == 0)
			continue;
		if (!report_flow_try(w, f, true))
			return false;
		flow_remove(w->flows, f);
		counter_add(&w->counters.flows_ended, 1);
	}
	return true;
}
