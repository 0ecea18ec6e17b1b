// SPDX-License-Identifier: BSD-3-Clause
// Judges what has no current verdict, and keeps it in the flow where it speaks for the flow.

#include "dataplane/pipeline.h"
#include "dataplane/policy/judge.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"

static uint32_t
stamp_now(const struct worker *w, const struct flow *f) {
	return w->epoch + device_names_gen(w->shared->devices, f->slot[0])
		+ device_names_gen(w->shared->devices, f->slot[1]);
}

static void
store(struct worker *w, struct batch *b, unsigned int i, uint32_t stamp, enum reason r) {
	struct flow *f = b->flow[i];
	bool changed = f->judged && f->reason != r;

	(void)w;
	f->stamp = stamp;
	f->reason = r & 31;
	f->judged = 1;
	if (changed)
		b->news[b->news_n++] = (uint8_t)i;
}

void
stage_judge(struct worker *w, struct batch *b) {
	for (unsigned int k = 0; k < b->judge_n; k++) {
		unsigned int i = b->judge[k];
		struct flow *f = b->flow[i];
		uint32_t stamp = f ? stamp_now(w, f) : 0; // before names are read: never too new
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
