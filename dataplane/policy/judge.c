// SPDX-License-Identifier: BSD-3-Clause
// The order of the checks is the order of precedence.  What is looked at is the sender as the one
// who sends out and the receiver as the one who lets in; each with the other end's address.

#include "dataplane/policy/judge.h"

#include "dataplane/policy/destination.h"
#include "dataplane/policy/policy.h"
#include "dataplane/policy/safety.h"
#include "dataplane/policy/subject.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"
#include "platform/policy_image.h"

#include <rte_mbuf.h>

#include <netinet/in.h>
#include <string.h>

#define START_GRACE_NS (60000 * NS_PER_MS) // NS_PER_S is an int once DPDK is included

// The two ends in the order of sending; addresses are NULL where there is none.
struct ends {
	uint16_t slot[2];
	const uint8_t *address[2];
	uint8_t family;
};

enum reason
judge_group_mac(const uint8_t mac[6]) {
	static const uint8_t pause[6] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x01};
	return memcmp(mac, pause, 6) == 0 ? REASON_LINK_LOCAL : REASON_NONE;
}

// `who` is the subject; the destination is the other end.
static enum reason
judge_subject(struct worker *w, const struct ends *e, unsigned int who, uint32_t *chain) {
	static const struct subject_row nobody = {.row = POLICY_NO_ROW};
	const struct policy_header *p = w->policy->rules;
	const struct policy_destination *destination = policy_rows(p, p->destinations);
	uint16_t slot = e->slot[who] == SLOT_UNKNOWN ? SLOT_OTHER : e->slot[who];
	const struct subject_row *s = slot == SLOT_NONE ? &nobody : subject_find(w, slot);
	const uint8_t *remote = e->address[who ^ 1];
	struct destinations d = {0};
	uint8_t pair = 0;
	uint8_t everyone = 0;

	if (remote)
		destination_find(w, slot, e->family, remote, chain, &d);
	for (unsigned int i = 0; i < d.n; i++) {
		everyone |= destination[d.row[i]].actions;
		pair |= policy_pair_actions(p, s->row, d.row[i]);
	}
	if ((s->actions | pair | everyone) & POLICY_ALLOW)
		return REASON_NONE;
	if (s->actions & POLICY_BLOCK)
		return REASON_DEVICE_BLOCKED;
	if (pair & POLICY_BLOCK)
		return REASON_PAIR_BLOCKED;
	if (everyone & POLICY_BLOCK)
		return REASON_DESTINATION_BLOCKED;
	if (d.listed)
		return REASON_LIST_BLOCKED;
	return s->blocks_rest ? REASON_PROFILE_BLOCKED : REASON_NONE;
}

// Who of the two is judged.  A unicast receiver that was never seen may be a device of the LAN,
// where the sender is not; one that the WAN has is none.
static enum reason
judge_ends(struct worker *w, const struct batch *b, unsigned int i, const struct ends *e) {
	struct flow *f = b->flow[i];
	uint32_t *kept = f ? &w->flows->cold[flow_index(w->flows, f)].chain : NULL;
	bool sender = subject_is_device(e->slot[0]);
	bool receiver = subject_is_device(e->slot[1]);
	uint32_t chain = kept && b->store[i] == JUDGE_STORE && sender != receiver ? *kept : 0;
	uint32_t other = 0;
	enum reason r = REASON_NONE;

	if (!sender && e->slot[1] == SLOT_UNKNOWN && !(b->facts[i].flags & FACT_GROUP))
		receiver = true;
	if (sender)
		r = judge_subject(w, e, 0, &chain);
	if (r == REASON_NONE && receiver)
		r = judge_subject(w, e, 1, sender ? &other : &chain);
	if (kept && b->store[i] == JUDGE_STORE && sender != receiver)
		*kept = chain;
	return r;
}

static bool
is_host(const struct worker *w, uint16_t slot) {
	return slot >= SLOT_FIRST && slot != SLOT_UNKNOWN
		&& atomic_load_explicit(&w->shared->devices->slot[slot].side, memory_order_relaxed)
		== SIDE_HOST;
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
	if (f->key.protocol == IPPROTO_UDP && b->time[i] < w->shared->start + START_GRACE_NS
	    && w->shared->start != 0)
		return false;
	return !flow || flow->initiator == sender;
}

// An ICMP error speaks for the packet it quotes, which went the other way.
static void
quoted_ends(const struct batch *b, unsigned int i, struct facts *quote, struct ends *e) {
	const struct rte_mbuf *m = b->pkt[i];
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

	if (!parse_quote(frame, m->data_len, &b->facts[i], quote))
		return;
	unsigned int sender = quote->flags & FACT_SWAPPED ? 1 : 0;
	e->address[0] = quote->key.address[sender ^ 1];
	e->address[1] = quote->key.address[sender];
	e->family = quote->key.family;
}

enum reason
judge_packet(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	unsigned int sender = f->flags & FACT_SWAPPED ? 1 : 0;
	struct ends e = {.slot = {b->src_slot[i], b->dst_slot[i]}};
	const struct rte_mbuf *m = b->pkt[i];
	struct facts quote;
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
	    && is_host(w, e.slot[1]) && begins(w, b, i))
		return REASON_WAN_TO_HOST;
	if (f->flags & FACT_IP) {
		e.family = f->key.family;
		e.address[0] = f->key.address[sender];
		e.address[1] = f->key.address[sender ^ 1];
		if (f->flags & FACT_ICMP_ERROR)
			quoted_ends(b, i, &quote, &e);
	}
	r = judge_ends(w, b, i, &e);
	if (r != REASON_NONE && b->store[i] == JUDGE_SPOOFED)
		return REASON_SPOOFED_SOURCE;
	return r;
}
