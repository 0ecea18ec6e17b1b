// SPDX-License-Identifier: BSD-3-Clause
// Counts every received frame once, whatever becomes of it: in its flow, at both ends' devices, and
// in the totals.  What ended a frame is counted by forward, the last to decide.

#include "dataplane/pipeline.h"
#include "dataplane/report.h"
#include "dataplane/table/flow.h"

#include <rte_branch_prediction.h>

// The first packet of a device's end: now it is known to have its address.
static __attribute__((noinline)) void
first_of_end(struct worker *w, struct batch *b, unsigned int i, const struct flow *f) {
	unsigned int end = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;

	report_address(
		w, b->src_slot[i], SOURCE_TRAFFIC, f->key.family, f->key.address[end], b->time[i]
	);
}

static inline void
count_flow(struct worker *w, struct batch *b, unsigned int i) {
	struct flow *f = b->flow[i];
	unsigned int end = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	struct flow_count *c = &w->flows->count[flow_index(w->flows, f)];

	if (unlikely(c->packets[end] == 0) && b->src_slot[i] >= SLOT_FIRST)
		first_of_end(w, b, i, f);
	c->packets[end]++;
	c->bytes[end] += b->length[i];
}

static inline void
count_devices(struct worker *w, const struct batch *b, unsigned int i) {
	uint16_t from = b->src_slot[i];
	uint16_t to = b->dst_slot[i];

	if (from != SLOT_NONE && from != SLOT_UNKNOWN) {
		struct worker_device *d = &w->devices[from];
		counter_add(&d->packets_out, 1);
		counter_add(&d->bytes_out, b->length[i]);
		if (b->time[i] > d->last_seen_ns)
			__atomic_store_n(&d->last_seen_ns, b->time[i], __ATOMIC_RELAXED);
	}
	if (to != SLOT_NONE && to != SLOT_UNKNOWN) {
		struct worker_device *d = &w->devices[to];
		counter_add(&d->packets_in, 1);
		counter_add(&d->bytes_in, b->length[i]);
	}
}

static void
count_odd(struct worker *w, const struct batch *b) {
	unsigned int malformed = 0;
	unsigned int non_ip = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		malformed += (b->facts[i].flags & FACT_MALFORMED) != 0;
		non_ip += (b->facts[i].flags & FACT_NON_IP) != 0;
	}
	counter_add(&w->counters.malformed, malformed);
	counter_add(&w->counters.non_ip, non_ip);
}

void
stage_account(struct worker *w, struct batch *b) {
	const unsigned int n = b->n;
	uint64_t bytes = 0;
	unsigned int without_flow = 0;

	for (unsigned int i = 0; i < n; i++) {
		bytes += b->length[i];
		if (likely(b->flow[i] != NULL))
			count_flow(w, b, i);
		else
			without_flow++;
		count_devices(w, b, i);
	}
	counter_add(&w->counters.frames, n);
	counter_add(&w->counters.bytes, bytes);
	counter_add(&w->counters.without_flow, without_flow);
	if (b->any & (FACT_MALFORMED | FACT_NON_IP))
		count_odd(w, b);
	if (b->news_n == 0 || !report_wanted(w))
		return;
	for (unsigned int k = 0; k < b->news_n; k++)
		report_flow_wanted(w, b->flow[b->news[k]], false);
}
