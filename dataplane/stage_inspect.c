// SPDX-License-Identifier: BSD-3-Clause
// Reads what carries names: who has which address, what a device calls itself, and which names lead
// to an address.  An answer is learned here, before it is forwarded, so that the first connection
// after it is judged by its name already.

#include "dataplane/inspect/neighbor.h"
#include "dataplane/learn.h"
#include "dataplane/learn_facts.h"
#include "dataplane/names.h"
#include "dataplane/payload.h"
#include "dataplane/pipeline.h"

#include <rte_mbuf.h>

#include <string.h>

#define ND_ICMP 8

static void
read_neighbor(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	const struct rte_mbuf *m = b->pkt[i];
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const uint8_t *icmp = frame;
	struct neighbor n;

	if (f->names == NAMES_ARP) {
		if (f->l3 >= m->data_len || !neighbor_arp(frame + f->l3, m->data_len - f->l3, &n))
			return;
	} else {
		size_t length = payload(m, f, 0, &icmp);
		const uint8_t *source = f->key.address[f->flags & FACT_SWAPPED ? 1 : 0];
		if (length < ND_ICMP || !neighbor_nd(source, frame + 6, icmp, length, &n))
			return;
	}
	learn_neighbor(w, b, i, &n);
}

static void
read_dns(struct worker *w, struct batch *b, unsigned int i) {
	const uint8_t *message;
	size_t length = payload(b->pkt[i], &b->facts[i], UDP_HEADER, &message);

	if (length != 0)
		names_read_message(w, b, i, message, length);
}

void
stage_inspect(struct worker *w, struct batch *b) {
	if (unlikely(learn_wants_news(w, b)))
		learn_news(w, b);
	if (likely(!(b->any & FACT_NAMES)))
		return;
	for (unsigned int i = 0; i < b->n; i++) {
		if (likely(!(b->facts[i].flags & FACT_NAMES)))
			continue;
		switch (b->facts[i].names) {
		case NAMES_ARP:
		case NAMES_ND:
			read_neighbor(w, b, i);
			break;
		case NAMES_DNS:
		case NAMES_MDNS:
		case NAMES_LLMNR:
			read_dns(w, b, i);
			break;
		case NAMES_WATCHED:
			names_read_watched(w, b, i);
			continue;
		case NAMES_PIECE:
			names_read_piece(w, b, i);
			continue;
		default:
			break;
		}
		learn_facts(w, b, i);
	}
}
