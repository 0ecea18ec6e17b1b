// SPDX-License-Identifier: BSD-3-Clause
// Judges what has no current verdict, and keeps it in the flow where it speaks for the flow.

#include "dataplane/pipeline.h"
#include "dataplane/policy/judge.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"

static uint32_t
stamp_now(const struct worker *w, const struct flow *f) {
	return w->epoch + device_judge_gen(w->shared->devices, f->slot[0])
		+ device_judge_gen(w->shared->devices, f->slot[1]);
}

static void
store(struct worker *w, struct batch *b, unsigned int i, uint32_t stamp, enum reason r) {
	struct flow *f = b->flow[i];
	bool changed = f->judged && f->reason != r;

	(void)w;
	f->stamp = stamp;
	f->cached = r != REASON_WAN_TO_HOST; // the gateway may yet want it itself
	f->reason = r & 31;
	f->judged = 1;
	if (changed)
		b->news[b->news_n++] = (uint8_t)i;
}

// Earlier packets of this batch may have had their say since stage_flow: who begins is settled
// here.  A connection that the WAN was refused becomes the gateway's when that sends itself; a SYN
// of the end that did not begin speaks for itself only.
static enum judge_mode
settle(const struct batch *b, unsigned int i) {
	const struct facts *facts = &b->facts[i];
	unsigned int sender = facts->flags & FACT_SWAPPED ? 1 : 0;
	struct flow *f = b->flow[i];

	if (b->store[i] != JUDGE_STORE || f->initiator == sender)
		return b->store[i];
	if (f->judged && f->reason == REASON_WAN_TO_HOST)
		f->initiator = sender;
	else if ((facts->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN)
		return JUDGE_ALONE;
	return JUDGE_STORE;
}

void
stage_judge(struct worker *w, struct batch *b) {
	for (unsigned int k = 0; k < b->judge_n; k++) {
		unsigned int i = b->judge[k];
		struct flow *f = b->flow[i];
		uint32_t stamp = f ? stamp_now(w, f) : 0; // before names are read: never too new
		if (f)
			b->store[i] = (uint8_t)settle(b, i);
		enum reason r = judge_packet(w, b, i);
		b->reason[i] = (uint8_t)r;
		if (!f)
			continue;
		if (b->store[i] == JUDGE_STORE)
			store(w, b, i, stamp, r);
		else if (!f->judged)
			f->reason = r & 31; // to show; nothing is decided by it
	}
	counter_add(&w->counters.judged, b->judge_n);
}
