// SPDX-License-Identifier: BSD-3-Clause
// What is judged is the sender and the receiver, each with the other end's address, and as the one
// who began or with whom it was begun.

#include "dataplane/policy/judge.h"

#include "dataplane/names.h"
#include "dataplane/policy/destination.h"
#include "dataplane/policy/policy.h"
#include "dataplane/policy/safety.h"
#include "dataplane/policy/subject.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"
#include "dataplane/table/limit.h"
#include "platform/policy_decide.h"
#include "platform/wire.h"

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define START_GRACE_NS (60000 * NS_PER_MS) // NS_PER_S is an int once DPDK is included

// The two ends in the order of sending, and what the packet tells.
struct ends {
	uint16_t slot[2];
	const struct facts *facts; // NULL: no addresses
	uint8_t sender; // end of the key
	uint8_t began; // end of the key, or UNKNOWN_END
};

#define UNKNOWN_END 2

enum reason
judge_group_mac(const uint8_t mac[6]) {
	static const uint8_t pause[6] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x01};
	return memcmp(mac, pause, 6) == 0 ? REASON_LINK_LOCAL : REASON_NONE;
}

static bool
is_side(const struct worker *w, uint16_t slot, enum side side) {
	return slot >= SLOT_FIRST && slot != SLOT_UNKNOWN
		&& atomic_load_explicit(&w->shared->devices->slot[slot].side, memory_order_relaxed)
		== side;
}

// The far end as a place: home, or the gateway.
static __attribute__((noinline)) void
decide_place(
	struct worker *w,
	uint16_t remote,
	uint8_t family,
	const uint8_t *address,
	struct policy_decision *d
) {
	const struct policy_header *p = w->policy->rules;

	if (p->local != POLICY_NO_ROW
	    && (remote == SLOT_OTHER || is_side(w, remote, SIDE_LAN)
		|| (address && destination_is_local(family, address))))
		policy_decide_object(d, p->local);
	if (p->gateway != POLICY_NO_ROW && is_side(w, remote, SIDE_HOST))
		policy_decide_object(d, p->gateway);
}

// What rules may ask of the packet; `end`: the subject's.
static inline void
fill_packet(const struct ends *e, unsigned int end, struct policy_packet *ret) {
	const struct facts *f = e->facts;

	*ret = (struct policy_packet){.direction = POLICY_BOTH};
	if (!f)
		return;
	ret->local = f->key.address[end];
	ret->family = f->key.family;
	ret->protocol = f->key.protocol;
	if (e->began == UNKNOWN_END)
		return;
	ret->direction = end == e->began ? POLICY_OUT : POLICY_IN;
	ret->ports_known = (f->key.flags & KEY_PORTS) && !(f->flags & FACT_TINY);
	ret->port = ntohs(f->key.port[e->began ^ 1]);
}

// `who` is the subject; the destination is the other end.  Always in line, so that what a new flow
// brings stays in registers.
static inline __attribute__((always_inline)) enum reason
judge_subject(
	struct worker *w,
	const struct ends *e,
	unsigned int who,
	uint32_t *chain,
	uint64_t ret_by[2]
) {
	const struct policy_header *p = w->policy->rules;
	uint16_t slot = e->slot[who] == SLOT_UNKNOWN ? SLOT_OTHER : e->slot[who];
	unsigned int end = e->sender ^ who;
	const uint8_t *remote = e->facts ? e->facts->key.address[end ^ 1] : NULL;
	uint8_t family = e->facts ? e->facts->key.family : 0;
	struct policy_decision d;
	uint64_t lists = 0;

	if (w->policy->asks)
		fill_packet(e, end, &d.packet);
	else
		d.packet = (struct policy_packet){.direction = POLICY_BOTH};
	policy_decide_begin(&d, p, &subject_find(w, slot)->s);
	if ((p->local & p->gateway) != POLICY_NO_ROW)
		decide_place(w, e->slot[who ^ 1], family, remote, &d);
	if (remote)
		lists = destination_decide(w, slot, family, remote, chain, &d);
	struct policy_answer a = policy_decide_end(&d, lists);
	for (uint32_t i = 0; unlikely(i < d.limits); i++)
		limit_set_add(&w->limits->wanted, d.limit[i], end);
	if (unlikely(a.rule != POLICY_NO_ROW))
		ret_by[who] = ((const struct policy_rule *)policy_rows(p, p->rules))[a.rule].id;
	else if (unlikely(a.list >= 0))
		ret_by[who] = WIRE_HITS_LIST + (uint64_t)a.list;
	return a.reason;
}

static bool
in_grace(const struct worker *w, ns_t now) {
	return w->shared->start != 0 && now < w->shared->start + START_GRACE_NS;
}

// Does this packet of the WAN begin something with the gateway?  SYN decides; what answers, and
// TCP from its middle, belongs to a connection that the gateway has, or it refuses it itself.
static bool
begins(const struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	const struct flow *flow = b->flow[i];
	unsigned int sender = f->flags & FACT_SWAPPED ? 1 : 0;

	if (f->flags & FACT_ICMP_ERROR)
		return false;
	if (flow && flow->judged && flow->reason == REASON_WAN_TO_HOST && flow->initiator == sender)
		return true; // refused before, and the gateway has not asked for it since
	if (f->key.protocol == IPPROTO_TCP && !(f->flags & (FACT_TINY | FACT_LATER)))
		return (f->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	if ((f->flags & FACT_ICMP_ECHO) && f->icmp_type == (f->key.family == 4 ? 0 : 129))
		return false;
	if (f->key.protocol == IPPROTO_UDP && in_grace(w, b->time[i]))
		return false;
	return !flow || flow->initiator == sender;
}

static unsigned int
sender_end(const struct facts *f) {
	return f->flags & FACT_SWAPPED ? 1 : 0;
}

static inline bool
is_syn(const struct facts *f) {
	return (f->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

// Which end of the key a TCP segment says began.  What is seen from its middle is taken for that
// of `device`.
static unsigned int
tcp_began(const struct facts *f, unsigned int device) {
	if (!(f->key.flags & KEY_PORTS) || (f->flags & FACT_TINY))
		return UNKNOWN_END;
	if (f->tcp_flags & TCP_SYN)
		return sender_end(f) ^ ((f->tcp_flags & TCP_ACK) != 0);
	return device;
}

// A flow keeps who began where that is not the end that sent first.
static inline void
keep_began(
	const struct flow *flow,
	struct flow_cold *cold,
	const struct facts *f,
	unsigned int device
) {
	if (f->key.protocol != IPPROTO_TCP || is_syn(f) != flow->judged)
		return;
	unsigned int end = tcp_began(f, device);
	cold->reversed = end == UNKNOWN_END ? FLOW_BEGAN_UNKNOWN : (end ^ flow->initiator) & 1;
}

// Which end of the key began, for rules with a direction.
static unsigned int
began(const struct worker *w, const struct batch *b, unsigned int i, unsigned int device) {
	const struct facts *f = &b->facts[i];
	const struct flow *flow = b->flow[i];
	const struct flow_cold *cold = flow ? &w->flows->cold[flow_index(w->flows, flow)] : NULL;
	bool alone = b->store[i] == JUDGE_ALONE && !(flow && flow->judged);
	unsigned int first = flow ? flow->initiator : sender_end(f);

	if (f->key.protocol == IPPROTO_TCP) {
		if (!flow || alone || is_syn(f) || cold->reversed == FLOW_BEGAN_UNKNOWN)
			return tcp_began(f, device);
		return first ^ cold->reversed;
	}
	if (f->flags & FACT_ICMP_ECHO) {
		uint8_t type = cold ? cold->icmp_type : f->icmp_type;
		return first ^ (type == (f->key.family == 4 ? 0 : 129));
	}
	// May be the answer to what was asked before we came.
	if (f->key.protocol == IPPROTO_UDP && in_grace(w, cold ? cold->first_seen_ns : b->time[i]))
		return device;
	return first;
}

// An ICMP error speaks for the packet it quotes, which went the other way.  `in`: its receiver is
// a device, and its sender none.
static __attribute__((noinline)) bool
quoted_ends(const struct batch *b, unsigned int i, bool in, struct facts *quote, struct ends *e) {
	const struct rte_mbuf *m = b->pkt[i];
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

	if (!parse_quote(frame, m->data_len, &b->facts[i], quote))
		return false;
	e->facts = quote;
	e->sender = (uint8_t)(sender_end(quote) ^ 1);
	e->began = quote->key.protocol == IPPROTO_TCP ? (uint8_t)tcp_began(quote, e->sender ^ in)
						      : e->sender ^ 1;
	return true;
}

// While a hello may yet say the name, it decides between names that disagree, and may contradict
// one that another hello told; when it does not come, one that blocks is the flow's.
static __attribute__((noinline)) enum reason
judge_doubt(
	struct worker *w,
	struct ends e,
	unsigned int who,
	ns_t now,
	struct flow_cold *cold,
	enum reason reason,
	uint64_t by[2]
) {
	const uint8_t *remote = e.facts->key.address[e.sender ^ who ^ 1];
	enum flow_watch watch = flow_watch(cold);
	uint64_t other_by[2] = {by[0], by[1]};
	enum reason other = reason;
	uint32_t second;
	bool served;

	if (watch == WATCH_DNS)
		return reason;
	if (watch == WATCH_DOUBT)
		cold->watch = WATCH_NOTHING;
	served = destination_doubt(w, e.slot[who], e.facts->key.family, remote, now, &second);
	if (second)
		other = judge_subject(w, &e, who, &second, other_by);
	if (!served && (other == REASON_NONE) == (reason == REASON_NONE))
		return reason;
	if (watch != WATCH_DOUBT) {
		by[0] = by[1] = 0;
		return REASON_NONE;
	}
	if (reason != REASON_NONE || other == REASON_NONE)
		return reason;
	memcpy(by, other_by, sizeof other_by);
	cold->chain = second;
	return other;
}

// Who of the two is judged.
struct judged {
	bool sender;
	bool receiver;
};

// A unicast receiver that was never seen may be a device of the LAN, where the sender is not; one
// that the WAN has is none.
static inline struct judged
who_is_judged(const struct batch *b, unsigned int i) {
	bool sender = subject_is_device(b->src_slot[i]);
	bool receiver = subject_is_device(b->dst_slot[i]);

	if (!sender && b->dst_slot[i] == SLOT_UNKNOWN && !(b->facts[i].flags & FACT_GROUP))
		receiver = true;
	return (struct judged){sender, receiver};
}

// Each end by itself; what the first is refused the second is not asked.  *chain is the name that
// the flow keeps where one end only is judged.
static inline __attribute__((always_inline)) enum reason
judge_both(
	struct worker *w,
	const struct ends *e,
	struct judged judged,
	uint32_t *chain,
	uint64_t by[2]
) {
	enum reason r = REASON_NONE;
	uint32_t mine = *chain;

	if (unlikely(w->policy->limits))
		w->limits->wanted.n = 0;
	for (unsigned int who = judged.sender ? 0 : 1; who <= judged.receiver; who++) {
		mine = *chain;
		r = judge_subject(w, e, who, &mine, by);
		if (r != REASON_NONE)
			break;
	}
	*chain = mine;
	return r;
}

// An ICMP error is never the flow's first say: nothing of it is kept.
static __attribute__((noinline)) enum reason
judge_error(struct worker *w, const struct batch *b, unsigned int i, uint64_t by[2]) {
	struct judged judged = who_is_judged(b, i);
	bool in = judged.receiver && !judged.sender;
	struct ends e = {.slot = {b->src_slot[i], b->dst_slot[i]}};
	struct facts quote;
	uint32_t chain = 0;

	if (!quoted_ends(b, i, in, &quote, &e) && (b->facts[i].flags & FACT_IP)) {
		e.facts = &b->facts[i];
		e.sender = (uint8_t)sender_end(e.facts);
		e.began = (uint8_t)began(w, b, i, e.sender ^ in);
	}
	return judge_both(w, &e, judged, &chain, by);
}

static inline enum reason
judge_ends(struct worker *w, const struct batch *b, unsigned int i, uint64_t by[2]) {
	const struct facts *f = &b->facts[i];
	struct flow *flow = b->flow[i];
	struct flow_cold *cold = flow ? &w->flows->cold[flow_index(w->flows, flow)] : NULL;
	struct judged judged = who_is_judged(b, i);
	bool in = judged.receiver && !judged.sender;
	bool stores = flow && b->store[i] == JUDGE_STORE;
	bool keeps =
		stores && subject_is_device(b->src_slot[i]) != subject_is_device(b->dst_slot[i]);
	uint32_t chain = keeps ? cold->chain : 0;
	struct ends e = {.slot = {b->src_slot[i], b->dst_slot[i]}};

	if (f->flags & FACT_IP) {
		e.facts = f;
		e.sender = (uint8_t)sender_end(f);
		if (stores)
			keep_began(flow, cold, f, e.sender ^ in);
		if (w->policy->asks)
			e.began = (uint8_t)began(w, b, i, e.sender ^ in);
	}
	enum reason r = judge_both(w, &e, judged, &chain, by);
	if (!keeps)
		return r;
	cold->chain = chain;
	if (unlikely(flow_watch(cold) >= WATCH_DOUBT) && e.facts && names_hellos(w))
		return judge_doubt(w, e, judged.sender ? 0 : 1, b->time[i], cold, r, by);
	return r;
}

enum reason
judge_packet(struct worker *w, const struct batch *b, unsigned int i, uint64_t ret_by[2]) {
	const struct facts *f = &b->facts[i];
	const struct rte_mbuf *m = b->pkt[i];
	enum reason r;

	if ((f->flags & FACT_GROUP) && m->data_len >= 6) {
		r = judge_group_mac(rte_pktmbuf_mtod(m, const uint8_t *));
		if (r != REASON_NONE)
			return r;
	}
	uint32_t cut_at = w->shared->port[b->port[i]].cut_at;
	if ((f->flags & FACT_CUT) && cut_at && b->length[i] >= cut_at
	    && m->data_len == b->length[i])
		return REASON_OVERSIZE_OFFLOAD;
	if (safety_passes(w, b, i))
		return REASON_NONE;
	if ((f->flags & FACT_IP) && w->shared->port[b->port[i]].side == SIDE_WAN
	    && is_side(w, b->dst_slot[i], SIDE_HOST) && begins(w, b, i))
		return REASON_WAN_TO_HOST;
	r = unlikely(f->flags & FACT_ICMP_ERROR) ? judge_error(w, b, i, ret_by)
						 : judge_ends(w, b, i, ret_by);
	if (r != REASON_NONE && b->store[i] == JUDGE_SPOOFED)
		return REASON_SPOOFED_SOURCE;
	return r;
}
