// SPDX-License-Identifier: BSD-3-Clause
// Judges what has no current verdict, and keeps it in the flow where it speaks for the flow.

#include "dataplane/pipeline.h"
#include "dataplane/policy/judge.h"
#include "dataplane/policy/policy.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"
#include "dataplane/table/hits.h"
#include "dataplane/table/limit.h"

#include <rte_branch_prediction.h>

static uint32_t
stamp_now(const struct worker *w, const struct flow *f) {
	return w->epoch + device_judge_gen(w->shared->devices, f->slot[0])
		+ device_judge_gen(w->shared->devices, f->slot[1]);
}

// Enough of what decided to see, mostly, that it is another rule now.
static unsigned int
tag_of(const uint64_t by[2]) {
	unsigned int tag = (unsigned int)((by[0] * 31 + by[1]) * 0x9e3779b97f4a7c15 >> 61);
	return tag ? tag : 1;
}

static void
count_hits(struct worker *w, const uint64_t by[2], ns_t now) {
	for (unsigned int k = 0; k < 2; k++)
		if (by[k])
			hits_add(w->hits, by[k], now);
}

// What limits the flow from now on; that it begins to counts as a hit.
static void
store_limits(struct worker *w, struct flow_cold *cold, ns_t now) {
	const struct policy_header *p = w->policy->rules;
	const struct policy_rule *rule = policy_rows(p, p->rules);
	const struct limit_set *wanted = &w->limits->wanted;

	if (cold->limits == 0)
		for (uint32_t k = 0; k < wanted->n; k++)
			hits_add(w->hits, rule[wanted->item[k] >> 1].id, now);
	cold->limits = (uint8_t)limit_set_number(w->limits, w->epoch);
}

static void
store(struct worker *w,
      struct batch *b,
      unsigned int i,
      uint32_t stamp,
      enum reason r,
      const uint64_t by[2]) {
	struct flow *f = b->flow[i];
	struct flow_cold *cold = &w->flows->cold[flow_index(w->flows, f)];
	bool changed = f->judged && f->reason != r;
	unsigned int tag = unlikely(by[0] | by[1]) ? tag_of(by) : 0;

	if (unlikely(tag != cold->by || (tag && changed))) {
		count_hits(w, by, b->time[i]);
		cold->by = tag & 7;
	}
	if (unlikely(w->policy->limits))
		store_limits(w, cold, b->time[i]);
	f->stamp = stamp;
	// The gateway may yet want it itself; or inspect wants what comes next.
	f->cached = r != REASON_WAN_TO_HOST && !flow_is_watched(cold);
	f->reason = r & 31;
	f->judged = 1;
	if (changed)
		b->news[b->news_n++] = (uint8_t)i;
}

// Earlier packets of this batch may have had their say since stage_flow: who begins is settled
// here.  A connection that the WAN was refused becomes the gateway's when that sends itself; a SYN
// of the end that did not begin speaks for itself only.
static enum judge_mode
settle(const struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *facts = &b->facts[i];
	unsigned int sender = facts->flags & FACT_SWAPPED ? 1 : 0;
	struct flow *f = b->flow[i];

	if (b->store[i] != JUDGE_STORE || f->initiator == sender)
		return b->store[i];
	if (f->judged && f->reason == REASON_WAN_TO_HOST) {
		f->initiator = sender;
		w->flows->cold[flow_index(w->flows, f)].reversed = FLOW_BEGAN_INITIATOR;
	} else if ((facts->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN) {
		return JUDGE_ALONE;
	}
	return JUDGE_STORE;
}

void
stage_judge(struct worker *w, struct batch *b) {
	for (unsigned int k = 0; k < b->judge_n; k++) {
		unsigned int i = b->judge[k];
		struct flow *f = b->flow[i];
		uint32_t stamp = f ? stamp_now(w, f) : 0; // before names are read: never too new
		if (f)
			b->store[i] = (uint8_t)settle(w, b, i);
		uint64_t by[2] = {0};
		enum reason r = judge_packet(w, b, i, by);
		b->reason[i] = (uint8_t)r;
		if (f && b->store[i] == JUDGE_STORE) {
			store(w, b, i, stamp, r, by);
			continue;
		}
		count_hits(w, by, b->time[i]);
		if (f && !f->judged)
			f->reason = r & 31; // to show; nothing is decided by it
	}
	counter_add(&w->counters.judged, b->judge_n);
}
