// SPDX-License-Identifier: BSD-3-Clause
// Which of the frames that do not pass are answered, where the household wants that: questions for
// a name that a rule blocks, which are dropped for it here, and TCP segments that a rule about
// where they go has stopped.  Who is blocked himself is told nothing.

#include "dataplane/inspect/dns.h"
#include "dataplane/pipeline.h"
#include "dataplane/policy/policy.h"
#include "dataplane/policy/question.h"
#include "dataplane/table/hits.h"
#include "dataplane/table/slot.h"

#include <rte_mbuf.h>

#include <netinet/in.h>
#include <string.h>

#define UDP_HEADER 8

// The name that a device asks for, as a chain of one.
static bool
asked_name(const struct batch *b, unsigned int i, struct name_chain *ret) {
	const struct facts *f = &b->facts[i];
	const struct rte_mbuf *m = b->pkt[i];
	size_t at = (size_t)f->l4 + UDP_HEADER;
	struct dns_message q;

	if (f->names != NAMES_DNS || f->key.protocol != IPPROTO_UDP || f->l4 == 0
	    || f->l4_length <= UDP_HEADER || (size_t)f->l4 + f->l4_length > m->data_len)
		return false;
	const uint8_t *message = rte_pktmbuf_mtod_offset(m, const uint8_t *, at);
	size_t length = f->l4_length - UDP_HEADER;
	if (dns_question(message, length, &q) != 0 || q.response || q.question == 0)
		return false;
	int size = dns_name_wire(message, length, q.question, ret->bytes);
	ret->length = (uint16_t)(size > 0 ? size : 0);
	ret->names = 1;
	return size > 0;
}

// Does a rule or a list block the name as such for the one who asks, whatever is to follow?
static enum reason
judge_question(struct worker *w, const struct batch *b, unsigned int i) {
	uint16_t slot = b->src_slot[i];
	struct name_chain chain;
	uint64_t by = 0;

	if (slot < SLOT_FIRST || slot == SLOT_UNKNOWN || !asked_name(b, i, &chain))
		return REASON_NONE;
	enum reason r = question_judge(w, slot, &chain, &by);
	if (by)
		hits_add(w->hits, by, b->time[i]);
	return r;
}

static bool
is_about_the_far_end(enum reason r) {
	return r == REASON_DESTINATION_BLOCKED || r == REASON_PAIR_BLOCKED
		|| r == REASON_PROFILE_BLOCKED || r == REASON_LIST_BLOCKED
		|| r == REASON_RULE_BLOCKED;
}

void
stage_answer(struct worker *w, struct batch *b) {
	const struct policy_header *p = w->policy->rules;

	b->answers = 0;
	if (likely(p->dns_answer == POLICY_DNS_PASS && p->tcp_answer == POLICY_TCP_DROP))
		return;
	for (unsigned int i = 0; i < b->n; i++) {
		if (b->reason[i] != REASON_NONE) {
			if (p->tcp_answer == POLICY_TCP_RESET
			    && b->facts[i].key.protocol == IPPROTO_TCP
			    && is_about_the_far_end((enum reason)b->reason[i]))
				b->answers |= 1u << i;
			continue;
		}
		if (p->dns_answer == POLICY_DNS_PASS || !(b->facts[i].flags & FACT_NAMES))
			continue;
		b->reason[i] = (uint8_t)judge_question(w, b, i);
		if (b->reason[i] != REASON_NONE && p->dns_answer != POLICY_DNS_SILENCE)
			b->answers |= 1u << i;
	}
}
