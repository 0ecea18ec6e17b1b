// SPDX-License-Identifier: BSD-3-Clause
// One burst to each port that has something staged; what its queue refuses is counted and freed.

#include "dataplane/pipeline.h"
#include "dataplane/port.h"

#include <rte_ethdev.h>

static void
send_port(struct worker *w, struct batch *b, uint16_t port) {
	struct worker_port *count = &w->counters.port[port];
	struct worker_tx *tx = &w->tx[port];
	uint16_t id = ports.list[port].id;
	uint64_t bytes = 0;

	unsigned int sent = rte_eth_tx_burst(id, w->tx_queue, tx->pkt, tx->n);
	if (unlikely(sent && sent < tx->n)) // a ring that was nearly full has room after a kick
		sent += rte_eth_tx_burst(id, w->tx_queue, tx->pkt + sent, (uint16_t)(tx->n - sent));
	for (unsigned int i = 0; i < sent; i++)
		bytes += b->length[tx->index[i]];
	counter_add(&count->tx_packets, sent);
	counter_add(&count->tx_bytes, bytes);
	if (unlikely(sent < tx->n))
		worker_tx_refused(w, b, port, sent);
	else
		tx->n = 0;
}

void
stage_tx(struct worker *w, struct batch *b) {
	for (uint16_t port = 0; port < w->shared->ports; port++) {
		if (w->tx[port].n)
			send_port(w, b, port);
	}
}
