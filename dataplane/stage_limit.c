// SPDX-License-Identifier: BSD-3-Clause
// Holds devices to their limits: bandwidth each way, and connections begun a second.  Without any
// limit in force a batch pays one look, and a device without one never more than finding that out.
// A limit is kept by all workers together, in words that they share.  What is refused takes
// nothing, and the safety class is not asked.

#include "dataplane/pipeline.h"
#include "dataplane/policy/policy.h"
#include "dataplane/policy/safety.h"
#include "dataplane/policy/subject.h"
#include "dataplane/table/flow.h"

#include <rte_branch_prediction.h>

static inline const struct policy_limit *
limit_of(struct worker *w, uint16_t slot) {
	const struct policy_header *p = w->policy->rules;
	const struct policy_limit *limits = policy_rows(p, p->limits);

	if (slot < SLOT_FIRST || slot == SLOT_UNKNOWN)
		return NULL;
	const struct subject_row *s = &w->rows[slot];
	if (unlikely(s->epoch != w->epoch))
		s = subject_find(w, slot);
	return s->s.limit ? &limits[s->s.limit - 1] : NULL;
}

static ns_t
nanoseconds(uint64_t bytes, uint64_t rate) {
	return bytes * NS_PER_S / rate;
}

// The device begins something: may it?  A flow is asked about until it is admitted; one that was
// under way before the limit came stays.
static bool
may_begin(struct worker *w, struct batch *b, unsigned int i, uint32_t rate) {
	const struct facts *facts = &b->facts[i];
	struct flow *f = b->flow[i];

	if (rate == 0 || !f || (facts->flags & FACT_ICMP_ERROR)
	    || f->initiator != (facts->flags & FACT_SWAPPED ? 1 : 0))
		return true;
	struct flow_cold *cold = &w->flows->cold[flow_index(w->flows, f)];
	const struct flow_count *c = &w->flows->count[flow_index(w->flows, f)];
	if (cold->admitted == FLOW_ADMITTED)
		return true;
	bool begun = cold->admitted == FLOW_NOT_ASKED && c->packets[0] + c->packets[1] > 0;
	bool yes = begun
		|| bucket_take(
			   &w->shared->buckets[b->src_slot[i]].flows,
			   b->time[i],
			   NS_PER_S / rate,
			   NS_PER_S
		);
	cold->admitted = yes ? FLOW_ADMITTED : FLOW_REFUSED;
	return yes;
}

static enum reason
hold(struct worker *w,
     struct batch *b,
     unsigned int i,
     const struct policy_limit *from,
     const struct policy_limit *to) {
	struct bucket *up = from && from->up ? &w->shared->buckets[b->src_slot[i]].up : NULL;
	struct bucket *down = to && to->down ? &w->shared->buckets[b->dst_slot[i]].down : NULL;
	ns_t now = b->time[i];

	if (safety_passes(w, b, i))
		return REASON_NONE;
	if ((up && !bucket_has(up, now, nanoseconds(from->up_burst, from->up)))
	    || (down && !bucket_has(down, now, nanoseconds(to->down_burst, to->down))))
		return REASON_RATE_LIMITED;
	if (from && !may_begin(w, b, i, from->new_flows))
		return REASON_NEW_FLOW_LIMITED;
	if (up)
		bucket_spend(up, now, nanoseconds(b->length[i], from->up));
	if (down)
		bucket_spend(down, now, nanoseconds(b->length[i], to->down));
	return REASON_NONE;
}

void
stage_limit(struct worker *w, struct batch *b) {
	if (likely(w->policy->rules->limits.count == 0))
		return;
	for (unsigned int i = 0; i < b->n; i++) {
		const struct policy_limit *from = limit_of(w, b->src_slot[i]);
		const struct policy_limit *to = limit_of(w, b->dst_slot[i]);
		if (unlikely((from || to) && b->reason[i] == REASON_NONE))
			b->reason[i] = (uint8_t)hold(w, b, i, from, to);
	}
}
