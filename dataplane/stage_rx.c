// SPDX-License-Identifier: BSD-3-Clause
// Fills a batch from the worker's queues in turn, each time beginning with the next one, so that a
// port whose queue never runs dry cannot starve the others.

#include "dataplane/clock.h"
#include "dataplane/pipeline.h"
#include "dataplane/port.h"

#include <rte_ethdev.h>
#include <rte_ether.h>

// The driver took the outer tag off; it goes back where it was.  False: the frame had no room.
static bool
reinsert_tag(struct rte_mbuf **m) {
	if (rte_vlan_insert(m) != 0)
		return false;
	(*m)->ol_flags &= ~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
	return true;
}

static unsigned int
receive(struct worker *w, struct batch *b, struct worker_queue q) {
	struct worker_port *count = &w->counters.port[q.port];
	struct rte_mbuf **pkt = b->pkt + b->n;
	uint64_t bytes = 0;

	unsigned int n =
		rte_eth_rx_burst(ports.list[q.port].id, q.queue, pkt, (uint16_t)(BATCH_MAX - b->n));
	if (n == 0)
		return 0;
	for (unsigned int i = 0; i < n; i++) {
		if (unlikely(pkt[i]->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED))
			reinsert_tag(&pkt[i]);
		b->length[b->n + i] = pkt[i]->pkt_len;
		b->port[b->n + i] = (uint8_t)q.port;
		bytes += pkt[i]->pkt_len;
	}
	b->n = (uint16_t)(b->n + n);
	counter_add(&count->rx_packets, n);
	counter_add(&count->rx_bytes, bytes);
	return n;
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
