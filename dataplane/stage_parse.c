// SPDX-License-Identifier: BSD-3-Clause
// Parses the batch, whose frames rx has asked memory for, and completes the checksums that a
// virtual port left to us.

#include "dataplane/checksum.h"
#include "dataplane/pipeline.h"

#include <rte_mbuf.h>

static void
complete_checksums(struct worker *w, struct batch *b) {
	for (unsigned int i = 0; i < b->n; i++) {
		struct rte_mbuf *m = b->pkt[i];
		uint8_t port = b->port[i];
		if (w->shared->port[port].offloads
		    && checksum_complete(rte_pktmbuf_mtod(m, uint8_t *), m->data_len, &b->facts[i]))
			counter_add(&w->counters.port[port].partial_checksums, 1);
	}
}

void
stage_parse(struct worker *w, struct batch *b) {
	const struct shared *s = w->shared;
	const unsigned int n = b->n;
	unsigned int any = 0;
	bool offloads = false;

	for (unsigned int i = 0; i < n; i++) {
		const struct rte_mbuf *m = b->pkt[i];
		// pkt_len is the length on the wire, b->length what came here: they differ only
		// for a capture that was cut when it was taken.
		parse_frame(rte_pktmbuf_mtod(m, uint8_t *), m->data_len, m->pkt_len, &b->facts[i]);
		any |= b->facts[i].flags;
	}
	b->any = (uint16_t)any;
	for (unsigned int port = 0; port < s->ports; port++)
		offloads |= s->port[port].offloads;
	if (offloads)
		complete_checksums(w, b);
}
