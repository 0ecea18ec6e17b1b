// SPDX-License-Identifier: BSD-3-Clause
// What is judged is the sender and the receiver, each with the other end's address, and as the one
// who began or with whom it was begun.

#include "dataplane/policy/judge.h"

#include "dataplane/policy/destination.h"
#include "dataplane/policy/policy.h"
#include "dataplane/policy/safety.h"
#include "dataplane/policy/subject.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"
#include "platform/policy_decide.h"
#include "platform/wire.h"

#include <rte_mbuf.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define START_GRACE_NS (60000 * NS_PER_MS) // NS_PER_S is an int once DPDK is included

// The two ends in the order of sending; addresses are NULL where there is none.
struct ends {
	uint16_t slot[2];
	const uint8_t *address[2];
	uint8_t family;
	uint8_t protocol; // 0: not IP
	uint8_t out[2]; // enum policy_direction, of each as a subject
	bool ports_known;
	uint16_t port; // of the end that did not begin, host order
};

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
static void
decide_place(
	struct worker *w,
	uint16_t remote,
	const struct ends *e,
	unsigned int who,
	struct policy_decision *d
) {
	const struct policy_header *p = w->policy->rules;
	const uint8_t *address = e->address[who ^ 1];

	if (p->local != POLICY_NO_ROW
	    && (remote == SLOT_OTHER || is_side(w, remote, SIDE_LAN)
		|| (address && destination_is_local(e->family, address))))
		policy_decide_object(d, p->local);
	if (p->gateway != POLICY_NO_ROW && is_side(w, remote, SIDE_HOST))
		policy_decide_object(d, p->gateway);
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
	const struct policy_packet packet = {
		.local = e->address[who],
		.family = e->family,
		.protocol = e->protocol,
		.direction = e->out[who],
		.ports_known = e->ports_known,
		.port = e->port,
	};
	struct policy_decision d;
	uint64_t lists = 0;

	policy_decide_begin(&d, p, &subject_find(w, slot)->s, &packet);
	if ((p->local & p->gateway) != POLICY_NO_ROW)
		decide_place(w, e->slot[who ^ 1], e, who, &d);
	if (e->address[who ^ 1])
		lists = destination_decide(w, slot, e->family, e->address[who ^ 1], chain, &d);
	struct policy_answer a = policy_decide_end(&d, lists);
	if (a.rule != POLICY_NO_ROW)
		*ret_by = ((const struct policy_rule *)policy_rows(p, p->rules))[a.rule].id;
	else if (a.list >= 0)
		*ret_by = WIRE_HITS_LIST + (uint64_t)a.list;
	return a.reason;
}

// Who of the two is judged.  A unicast receiver that was never seen may be a device of the LAN,
// where the sender is not; one that the WAN has is none.
static void
judge_ends(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const struct ends *e,
	struct judgement *ret
) {
	struct flow *f = b->flow[i];
	uint32_t *kept = f ? &w->flows->cold[flow_index(w->flows, f)].chain : NULL;
	bool sender = subject_is_device(e->slot[0]);
	bool receiver = subject_is_device(e->slot[1]);
	uint32_t chain = kept && b->store[i] == JUDGE_STORE && sender != receiver ? *kept : 0;
	uint32_t other = 0;

	if (!sender && e->slot[1] == SLOT_UNKNOWN && !(b->facts[i].flags & FACT_GROUP))
		receiver = true;
	if (sender)
		ret->reason = judge_subject(w, e, 0, &chain, &ret->by[0]);
	if (ret->reason == REASON_NONE && receiver)
		ret->reason = judge_subject(w, e, 1, sender ? &other : &chain, &ret->by[1]);
	if (kept && b->store[i] == JUDGE_STORE && sender != receiver)
		*kept = chain;
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

// Ends of the key, as enum flow_began.
static unsigned int
sender_end(const struct facts *f) {
	return f->flags & FACT_SWAPPED ? FLOW_BEGAN_END1 : FLOW_BEGAN_END0;
}

static unsigned int
other_end(unsigned int end) {
	return end ^ (FLOW_BEGAN_END0 ^ FLOW_BEGAN_END1);
}

// The one end that is a device, FLOW_BEGAN_UNKNOWN where both are or none is.
static unsigned int
device_end(const struct batch *b, unsigned int i, const struct facts *f) {
	bool from = subject_is_device(b->src_slot[i]);

	if (from == subject_is_device(b->dst_slot[i]))
		return FLOW_BEGAN_UNKNOWN;
	return from ? sender_end(f) : other_end(sender_end(f));
}

// Which end of the key a packet says began.  What is seen from its middle is taken for that of
// `device`, the one end that is a device.
static unsigned int
who_began(const struct facts *f, unsigned int device, bool grace) {
	unsigned int sender = sender_end(f);
	unsigned int receiver = other_end(sender);

	if (f->key.protocol == IPPROTO_TCP) {
		if (!(f->key.flags & KEY_PORTS) || (f->flags & FACT_TINY))
			return FLOW_BEGAN_UNKNOWN;
		if (f->tcp_flags & TCP_SYN)
			return f->tcp_flags & TCP_ACK ? receiver : sender;
		return device ? device : sender;
	}
	if ((f->flags & FACT_ICMP_ECHO) && f->icmp_type == (f->key.family == 4 ? 0 : 129))
		return receiver;
	if (f->key.protocol == IPPROTO_UDP && grace && device)
		return device; // may be the answer to what was asked before we came
	return sender;
}

static unsigned int
began(const struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	struct flow *flow = b->flow[i];
	struct flow_cold *cold = flow ? &w->flows->cold[flow_index(w->flows, flow)] : NULL;

	if (cold && cold->began && (f->tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return cold->began;
	unsigned int end = who_began(f, device_end(b, i, f), in_grace(w, b->time[i]));
	if (cold && b->store[i] == JUDGE_STORE)
		cold->began = end & 3;
	return end;
}

// What the packet (or the one that an ICMP error quotes) says of its ends and who began.
static void
fill_ends(const struct facts *f, unsigned int began, struct ends *e) {
	unsigned int sender = f->flags & FACT_SWAPPED ? 1 : 0;

	e->family = f->key.family;
	e->protocol = f->key.protocol;
	e->address[0] = f->key.address[sender];
	e->address[1] = f->key.address[sender ^ 1];
	if (began == FLOW_BEGAN_UNKNOWN)
		return;
	bool out = sender == began - FLOW_BEGAN_END0;
	e->out[0] = out ? POLICY_OUT : POLICY_IN;
	e->out[1] = out ? POLICY_IN : POLICY_OUT;
	e->ports_known = (f->key.flags & KEY_PORTS) && !(f->flags & FACT_TINY);
	e->port = ntohs(f->key.port[began == FLOW_BEGAN_END0]);
}

// An ICMP error speaks for the packet it quotes, which went the other way.
static bool
quoted_ends(const struct batch *b, unsigned int i, struct facts *quote, struct ends *e) {
	const struct rte_mbuf *m = b->pkt[i];
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

	if (!parse_quote(frame, m->data_len, &b->facts[i], quote))
		return false;
	unsigned int device = device_end(b, i, quote);
	unsigned int end = who_began(quote, device ? other_end(device) : device, false);
	quote->flags ^= FACT_SWAPPED;
	fill_ends(quote, end, e);
	return true;
}

struct judgement
judge_packet(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	struct ends e = {
		.slot = {b->src_slot[i], b->dst_slot[i]},
		.out = {POLICY_BOTH, POLICY_BOTH},
	};
	const struct rte_mbuf *m = b->pkt[i];
	struct judgement j = {0};
	struct facts quote;

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
	    && is_side(w, e.slot[1], SIDE_HOST) && begins(w, b, i)) {
		j.reason = REASON_WAN_TO_HOST;
		return j;
	}
	if ((f->flags & FACT_IP)
	    && !((f->flags & FACT_ICMP_ERROR) && quoted_ends(b, i, &quote, &e)))
		fill_ends(f, began(w, b, i), &e);
	judge_ends(w, b, i, &e, &j);
	if (j.reason != REASON_NONE && b->store[i] == JUDGE_SPOOFED)
		j.reason = REASON_SPOOFED_SOURCE;
	return j;
}
