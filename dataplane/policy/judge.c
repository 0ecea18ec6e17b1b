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

// `who` is the subject; the destination is the other end.
static enum reason
judge_subject(
	struct worker *w,
	const struct ends *e,
	unsigned int who,
	uint32_t *chain,
	uint64_t *ret_by
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
		*ret_by = ((const struct policy_rule *)policy_rows(p, p->rules))[a.rule].id;
	else if (unlikely(a.list >= 0))
		*ret_by = WIRE_HITS_LIST + (uint64_t)a.list;
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
began(const struct worker *w,
      const struct batch *b,
      unsigned int i,
      const struct flow_cold *cold,
      unsigned int device) {
	const struct facts *f = &b->facts[i];
	const struct flow *flow = b->flow[i];
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
static void
judge_doubt(
	struct worker *w,
	const struct ends *e,
	unsigned int who,
	ns_t now,
	struct flow_cold *cold,
	uint32_t *chain,
	struct judgement *j
) {
	const uint8_t *remote = e->facts->key.address[e->sender ^ who ^ 1];
	enum flow_watch watch = flow_watch(cold);
	struct judgement other = *j;
	uint32_t second;
	bool served;

	if (watch < WATCH_DOUBT || watch == WATCH_DNS)
		return;
	if (watch == WATCH_DOUBT)
		cold->watch = WATCH_NOTHING;
	served = destination_doubt(w, e->slot[who], e->facts->key.family, remote, now, &second);
	if (second)
		other.reason = judge_subject(w, e, who, &second, &other.by[who]);
	if (!served && (other.reason == REASON_NONE) == (j->reason == REASON_NONE))
		return;
	if (watch != WATCH_DOUBT) {
		*j = (struct judgement){0};
	} else if (j->reason == REASON_NONE && other.reason != REASON_NONE) {
		*j = other;
		*chain = second;
	}
}

// Who of the two is judged.  A unicast receiver that was never seen may be a device of the LAN,
// where the sender is not; one that the WAN has is none.
static inline void
judge_ends(struct worker *w, const struct batch *b, unsigned int i, struct judgement *ret) {
	const struct facts *f = &b->facts[i];
	struct flow *flow = b->flow[i];
	struct flow_cold *cold = flow ? &w->flows->cold[flow_index(w->flows, flow)] : NULL;
	struct ends e = {.slot = {b->src_slot[i], b->dst_slot[i]}};
	bool sender = subject_is_device(e.slot[0]);
	bool receiver = subject_is_device(e.slot[1]);
	bool keeps = flow && b->store[i] == JUDGE_STORE && sender != receiver;
	uint32_t chain = keeps ? cold->chain : 0;
	uint32_t other = 0;
	struct facts quote;

	if (!sender && e.slot[1] == SLOT_UNKNOWN && !(f->flags & FACT_GROUP))
		receiver = true;
	bool in = receiver && !sender;
	if (unlikely(f->flags & FACT_ICMP_ERROR) && quoted_ends(b, i, in, &quote, &e)) {
	} else if (f->flags & FACT_IP) {
		e.facts = f;
		e.sender = (uint8_t)sender_end(f);
		if (flow && b->store[i] == JUDGE_STORE)
			keep_began(flow, cold, f, e.sender ^ in);
		if (w->policy->asks)
			e.began = (uint8_t)began(w, b, i, cold, e.sender ^ in);
	}
	if (unlikely(w->policy->limits))
		w->limits->wanted.n = 0;
	if (sender)
		ret->reason = judge_subject(w, &e, 0, &chain, &ret->by[0]);
	if (ret->reason == REASON_NONE && receiver)
		ret->reason = judge_subject(w, &e, 1, sender ? &other : &chain, &ret->by[1]);
	if (!keeps)
		return;
	if (e.facts && names_hellos(w))
		judge_doubt(w, &e, sender ? 0 : 1, b->time[i], cold, &chain, ret);
	cold->chain = chain;
}

struct judgement
judge_packet(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	const struct rte_mbuf *m = b->pkt[i];
	struct judgement j = {0};

	if ((f->flags & FACT_GROUP) && m->data_len >= 6) {
		j.reason = judge_group_mac(rte_pktmbuf_mtod(m, const uint8_t *));
		if (j.reason != REASON_NONE)
			return j;
	}
	uint32_t cut_at = w->shared->port[b->port[i]].cut_at;
	if ((f->flags & FACT_CUT) && cut_at && b->length[i] >= cut_at
	    && m->data_len == b->length[i]) {
		j.reason = REASON_OVERSIZE_OFFLOAD;
		return j;
	}
	if (safety_passes(w, b, i))
		return j;
	if ((f->flags & FACT_IP) && w->shared->port[b->port[i]].side == SIDE_WAN
	    && is_side(w, b->dst_slot[i], SIDE_HOST) && begins(w, b, i)) {
		j.reason = REASON_WAN_TO_HOST;
		return j;
	}
	judge_ends(w, b, i, &j);
	if (j.reason != REASON_NONE && b->store[i] == JUDGE_SPOOFED)
		j.reason = REASON_SPOOFED_SOURCE;
	return j;
}
