// SPDX-License-Identifier: BSD-3-Clause
// Holds devices to their limits: bandwidth each way, and connections begun a second.  Without any
// limit in force a batch pays one look, and a device without one never more than finding that out.
// A limit is kept by all workers together, in words that they share.  Of several the tightest
// decides: what one refuses takes nothing of the others.  The safety class is not asked.

#include "dataplane/pipeline.h"
#include "dataplane/policy/judge.h"
#include "dataplane/policy/policy.h"
#include "dataplane/policy/safety.h"
#include "dataplane/policy/subject.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/limit.h"

#include <rte_branch_prediction.h>

#define HOLDS_MAX (2 + LIMIT_ITEMS)

// One limit that a packet is held to.
struct hold {
	const struct policy_limit *limit;
	struct limit_taken *taken;
	bool sends; // whose limit it is sent the packet
	bool begins; // and what it begins counts
};

struct holds {
	unsigned int n;
	struct hold hold[HOLDS_MAX];
};

static inline bool
is_limitable(uint16_t slot) {
	return slot >= SLOT_FIRST && slot != SLOT_UNKNOWN;
}

static inline const struct policy_limit *
limit_of(struct worker *w, uint16_t slot) {
	const struct policy_header *p = w->policy->rules;
	const struct policy_limit *limits = policy_rows(p, p->limits);

	if (!is_limitable(slot))
		return NULL;
	const struct subject_row *s = subject_find(w, slot);
	return s->s.limit ? &limits[s->s.limit - 1] : NULL;
}

static void
add_device(
	struct worker *w,
	struct holds *h,
	const struct policy_limit *limit,
	uint16_t slot,
	bool sends
) {
	if (limit)
		h->hold[h->n++] = (struct hold){limit, &w->shared->buckets[slot], sends, sends};
}

// The set of the flow; for a frame without one, and where there are too many for a number, what
// judge says now.
static const struct limit_set *
set_of(struct worker *w, struct batch *b, unsigned int i) {
	const struct flow *f = b->flow[i];

	unsigned int number = f ? w->flows->cold[flow_index(w->flows, f)].limits : LIMIT_ASK;
	if (likely(number != LIMIT_ASK))
		return limit_set_of(w->limits, w->epoch, number);
	uint64_t by[2] = {0};
	b->store[i] = JUDGE_ALONE;
	judge_packet(w, b, i, by);
	return &w->limits->wanted;
}

// What the flow's rules add.  A rule about what comes in counts what the other end begins.
static void
add_rules(struct worker *w, struct batch *b, unsigned int i, struct holds *h) {
	const struct policy_header *p = w->policy->rules;
	const struct policy_rule *rule = policy_rows(p, p->rules);
	const struct policy_limit *limits = policy_rows(p, p->limits);
	const struct limit_set *set = set_of(w, b, i);
	unsigned int sender = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;

	for (uint32_t k = 0; set && k < set->n; k++) {
		const struct policy_rule *r = &rule[set->item[k] >> 1];
		bool sends = (set->item[k] & 1) == sender;
		uint16_t slot = sends ? b->src_slot[i] : b->dst_slot[i];
		if (is_limitable(slot))
			h->hold[h->n++] = (struct hold){
				&limits[r->limit - 1],
				limit_bucket_of(w->shared->limit_buckets, slot, r->id, b->time[i]),
				sends,
				sends != (r->direction == POLICY_IN),
			};
	}
}

static ns_t
nanoseconds(uint64_t bytes, uint64_t rate) {
	return bytes * NS_PER_S / rate;
}

// The packet's way, of the limit's two; NULL: that one is free.
static struct bucket *
bucket_of(const struct hold *h, uint64_t *ret_rate, uint32_t *ret_burst) {
	*ret_rate = h->sends ? h->limit->up : h->limit->down;
	*ret_burst = h->sends ? h->limit->up_burst : h->limit->down_burst;
	if (*ret_rate == 0)
		return NULL;
	return h->sends ? &h->taken->up : &h->taken->down;
}

static bool
has_room(const struct holds *h, ns_t now) {
	uint64_t rate;
	uint32_t burst;

	for (unsigned int k = 0; k < h->n; k++) {
		const struct bucket *b = bucket_of(&h->hold[k], &rate, &burst);
		if (b && !bucket_has(b, now, nanoseconds(burst, rate)))
			return false;
	}
	return true;
}

static void
spend(const struct holds *h, ns_t now, uint32_t length) {
	uint64_t rate;
	uint32_t burst;

	for (unsigned int k = 0; k < h->n; k++) {
		struct bucket *b = bucket_of(&h->hold[k], &rate, &burst);
		if (b)
			bucket_spend(b, now, nanoseconds(length, rate));
	}
}

// Rounded up: of a third of a second three make a second.
static ns_t
flow_cost(uint32_t rate) {
	return (NS_PER_S + rate - 1) / rate;
}

// One more connection, of all that count it; a refused one takes nothing.
static bool
take_flow(const struct holds *h, ns_t now) {
	for (unsigned int k = 0; k < h->n; k++)
		if (h->hold[k].begins && h->hold[k].limit->new_flows
		    && !bucket_has(&h->hold[k].taken->flows, now, NS_PER_S))
			return false;
	for (unsigned int k = 0; k < h->n; k++)
		if (h->hold[k].begins && h->hold[k].limit->new_flows)
			bucket_spend(
				&h->hold[k].taken->flows,
				now,
				flow_cost(h->hold[k].limit->new_flows)
			);
	return true;
}

static bool
counts_flows(const struct holds *h) {
	for (unsigned int k = 0; k < h->n; k++)
		if (h->hold[k].begins && h->hold[k].limit->new_flows)
			return true;
	return false;
}

// Something begins: may it?  A flow is asked about until it is admitted; one that was under way
// before the limit came stays.
static bool
may_begin(struct worker *w, struct batch *b, unsigned int i, const struct holds *h) {
	const struct facts *facts = &b->facts[i];
	struct flow *f = b->flow[i];

	if (!f || (facts->flags & FACT_ICMP_ERROR)
	    || f->initiator != (facts->flags & FACT_SWAPPED ? 1 : 0) || !counts_flows(h))
		return true;
	struct flow_cold *cold = &w->flows->cold[flow_index(w->flows, f)];
	const struct flow_count *c = &w->flows->count[flow_index(w->flows, f)];
	if (cold->admitted == FLOW_ADMITTED)
		return true;
	bool begun = cold->admitted == FLOW_NOT_ASKED && c->packets[0] + c->packets[1] > 0;
	bool yes = begun || take_flow(h, b->time[i]);
	cold->admitted = yes ? FLOW_ADMITTED : FLOW_REFUSED;
	return yes;
}

static enum reason
hold(struct worker *w, struct batch *b, unsigned int i, const struct holds *h) {
	ns_t now = b->time[i];

	if (safety_passes(w, b, i))
		return REASON_NONE;
	if (!has_room(h, now))
		return REASON_RATE_LIMITED;
	if (!may_begin(w, b, i, h))
		return REASON_NEW_FLOW_LIMITED;
	spend(h, now, b->length[i]);
	return REASON_NONE;
}

void
stage_limit(struct worker *w, struct batch *b) {
	if (likely(w->policy->rules->limits.count == 0))
		return;
	for (unsigned int i = 0; i < b->n; i++) {
		const struct policy_limit *from = limit_of(w, b->src_slot[i]);
		const struct policy_limit *to = limit_of(w, b->dst_slot[i]);
		struct holds h;
		if (b->reason[i] != REASON_NONE || (!from && !to && !w->policy->limits))
			continue;
		h.n = 0;
		add_device(w, &h, from, b->src_slot[i], true);
		add_device(w, &h, to, b->dst_slot[i], false);
		if (w->policy->limits)
			add_rules(w, b, i, &h);
		if (h.n > 0)
			b->reason[i] = (uint8_t)hold(w, b, i, &h);
	}
}
