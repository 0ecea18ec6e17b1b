// SPDX-License-Identifier: BSD-3-Clause
// Parses the batch while the next frame's first line is on its way from memory, and completes the
// checksums that a virtual port left to us.

#include "dataplane/checksum.h"
#include "dataplane/pipeline.h"

#include <rte_mbuf.h>
#include <rte_prefetch.h>

#define AHEAD 4

void
stage_parse(struct worker *w, struct batch *b) {
	const struct shared_port *port = w->shared->port;
	const unsigned int n = b->n;
	unsigned int any = 0;

	for (unsigned int i = 0; i < MIN_OF(n, (unsigned int)AHEAD); i++)
		rte_prefetch0(rte_pktmbuf_mtod(b->pkt[i], void *));
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *m = b->pkt[i];
		uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);
		if (i + AHEAD < n)
			rte_prefetch0(rte_pktmbuf_mtod(b->pkt[i + AHEAD], void *));
		// pkt_len is the length on the wire, b->length what came here: they differ only
		// for a capture that was cut when it was taken.
		parse_frame(frame, m->data_len, m->pkt_len, &b->facts[i]);
		any |= b->facts[i].flags;
		if (port[b->port[i]].offloads
		    && checksum_complete(frame, m->data_len, &b->facts[i]))
			counter_add(&w->counters.port[b->port[i]].partial_checksums, 1);
	}
	b->any = (uint16_t)any;
}
