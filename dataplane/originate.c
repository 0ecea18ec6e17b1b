// SPDX-License-Identifier: BSD-3-Clause
// One answer for one frame at most, out of the port it came in by: what a stranger sends with a
// false sender makes nobody more noise than he makes himself, and ten a second a conversation.

#include "dataplane/answer/answer.h"
#include "dataplane/pipeline.h"
#include "dataplane/policy/policy.h"
#include "dataplane/table/bucket.h"
#include "dataplane/table/flow.h"

#include <rte_mbuf.h>

#include <netinet/in.h>

#define A_SECOND 10u // answers, and as many at once

static bool
may_answer(struct worker *w, const struct batch *b, unsigned int i) {
	uint64_t hash = flow_hash(w->flows, &b->facts[i].key);

	return bucket_take(&w->answers[hash % ANSWERS], b->time[i], NS_PER_S / A_SECOND, NS_PER_S);
}

static size_t
build(struct worker *w, const struct batch *b, unsigned int i, enum originated *ret_kind) {
	struct rte_mbuf *m = b->pkt[i];
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);

	if (b->facts[i].key.protocol == IPPROTO_TCP) {
		*ret_kind = ORIGINATED_TCP_RESET;
		return answer_reset(frame, m->data_len, &b->facts[i]);
	}
	bool zero = w->policy->rules->dns_answer == POLICY_DNS_ZERO;
	*ret_kind = zero ? ORIGINATED_DNS_ZERO : ORIGINATED_DNS_NXDOMAIN;
	return answer_dns(
		frame, m->data_len, &b->facts[i], zero ? ANSWER_DNS_ZERO : ANSWER_DNS_NXDOMAIN
	);
}

bool
originate(struct worker *w, struct batch *b, unsigned int i) {
	struct rte_mbuf *m = b->pkt[i];
	struct worker_tx *tx = &w->tx[b->port[i]];
	enum originated kind;

	// The bytes must be ours alone, in one piece, with room behind them.
	if (m->nb_segs != 1 || rte_mbuf_refcnt_read(m) != 1
	    || rte_pktmbuf_tailroom(m) < ANSWER_DNS_MORE || !may_answer(w, b, i))
		return false;
	size_t length = build(w, b, i, &kind);
	if (length == 0)
		return false;
	m->data_len = (uint16_t)length;
	m->pkt_len = (uint32_t)length;
	m->ol_flags = 0; // what was said of the frame that came does not hold for this one
	b->length[i] = (uint32_t)length;
	b->copies[i] = 1;
	tx->index[tx->n] = (uint8_t)i;
	tx->pkt[tx->n++] = m;
	counter_add(&w->counters.originated[kind], 1);
	return true;
}
