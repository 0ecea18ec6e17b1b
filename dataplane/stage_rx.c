// SPDX-License-Identifier: BSD-3-Clause
// Fills a batch from the worker's queues in turn, each time beginning with the next one, so that a
// port whose queue never runs dry cannot starve the others.

#include "dataplane/clock.h"
#include "dataplane/pipeline.h"
#include "dataplane/port.h"

#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_prefetch.h>

#include <string.h>

// The driver took the outer tag off; it goes back where it was.
static void
reinsert_tags(struct rte_mbuf **pkt, unsigned int n) {
	for (unsigned int i = 0; i < n; i++) {
		if ((pkt[i]->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED)
		    && rte_vlan_insert(&pkt[i]) == 0)
			pkt[i]->ol_flags &= ~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
	}
}

static void
receive(struct worker *w, struct batch *b, struct worker_queue q) {
	struct worker_port *count = &w->counters.port[q.port];
	unsigned int at = b->n;
	struct rte_mbuf **pkt = b->pkt + at;
	uint64_t bytes = 0, flags = 0;

	unsigned int n =
		rte_eth_rx_burst(ports.list[q.port].id, q.queue, pkt, (uint16_t)(BATCH_MAX - at));
	if (n == 0)
		return;
	for (unsigned int i = 0; i < n; i++)
		flags |= pkt[i]->ol_flags;
	if (unlikely(flags & RTE_MBUF_F_RX_VLAN_STRIPPED))
		reinsert_tags(pkt, n);
	for (unsigned int i = 0; i < n; i++) {
		rte_prefetch0(rte_pktmbuf_mtod(pkt[i], void *));
		b->length[at + i] = pkt[i]->pkt_len;
		bytes += pkt[i]->pkt_len;
	}
	memset(b->port + at, (int)q.port, n);
	b->n = (uint16_t)(at + n);
	counter_add(&count->rx_packets, n);
	counter_add(&count->rx_bytes, bytes);
}

void
stage_rx(struct worker *w, struct batch *b) {
	unsigned int at = w->queue_at;

	for (unsigned int tried = 0; tried < w->queues && b->n < BATCH_MAX; tried++) {
		receive(w, b, w->queue[at]);
		if (++at == w->queues)
			at = 0;
	}
	w->queue_at = (uint16_t)at;
	if (b->n == 0)
		return;
	ns_t now = clock_now();
	for (unsigned int i = 0; i < b->n; i++)
		b->time[i] = now;
}
