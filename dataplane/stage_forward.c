// SPDX-License-Identifier: BSD-3-Clause
// The learning bridge: each frame to the port of its receiver, or to all others, or to nobody; and
// the count of reasons, which is the count of frames.  A flooded frame is one buffer with several
// owners, so what leaves is what came, byte for byte.

#include "dataplane/pipeline.h"
#include "dataplane/policy/subject.h"

#include <rte_mbuf.h>

#include <string.h>

#define STORM_BURST (250 * NS_PER_MS) // of floods at the full rate may come at once

// What the reasons of one batch add up to, before it goes to the counters.
struct tally {
	uint32_t packets[REASON_COUNT];
	uint64_t bytes[REASON_COUNT];
};

static inline bool
is_open(const struct shared_port *p) {
	return atomic_load_explicit(&p->open, memory_order_relaxed);
}

static inline bool
fits(const struct shared_port *p, uint32_t length) {
	return p->max_frame == 0 || length <= p->max_frame;
}

static inline void
stage(struct worker *w, struct batch *b, unsigned int i, unsigned int port) {
	struct worker_tx *tx = &w->tx[port];

	tx->index[tx->n] = (uint8_t)i;
	tx->pkt[tx->n++] = b->pkt[i];
}

// Which ports a flooded frame goes to, as bits; *ret_big: some would, but for its length.
static uint32_t
flood_ports(const struct worker *w, const struct batch *b, unsigned int i, bool *ret_big) {
	const struct shared *s = w->shared;
	uint32_t ports = 0;

	for (unsigned int p = 0; p < s->ports; p++) {
		const struct shared_port *port = &s->port[p];
		if (p == b->port[i] || !is_open(port)
		    || (b->egress[i] == FLOOD_NO_HOST && port->side == SIDE_HOST))
			continue;
		if (fits(port, b->length[i]))
			ports |= 1u << p;
		else
			*ret_big = true;
	}
	return ports;
}

// A loop in the home's cabling, or a station gone mad, sends without end to everybody; the other
// ports are spared.  What the home cannot live without has a bucket of its own, as large.
static bool
storms(struct worker *w, const struct batch *b, unsigned int i) {
	struct shared *s = w->shared;
	bool safe = b->facts[i].flags & FACT_SAFE;

	return s->storm
		&& !bucket_take(
			&s->port[b->port[i]].flooded[safe],
			b->time[i],
			NS_PER_S / s->storm,
			STORM_BURST
		);
}

static __attribute__((noinline)) enum reason
flood(struct worker *w, struct batch *b, unsigned int i) {
	bool big = false;

	if (unlikely(storms(w, b, i)))
		return REASON_STORM;
	uint32_t ports = flood_ports(w, b, i, &big);
	unsigned int copies = (unsigned int)__builtin_popcount(ports);

	if (copies == 0)
		return big ? REASON_TOO_BIG : REASON_NO_EGRESS;
	for (struct rte_mbuf *m = b->pkt[i]; copies > 1 && m; m = m->next)
		rte_mbuf_refcnt_update(m, (int16_t)(copies - 1));
	b->copies[i] = (uint8_t)copies;
	for (; ports; ports &= ports - 1)
		stage(w, b, i, (unsigned int)__builtin_ctz(ports));
	return REASON_NONE;
}

// One egress port, the common case.
static inline enum reason
unicast(struct worker *w, struct batch *b, unsigned int i) {
	unsigned int port = b->egress[i];

	if (unlikely(port >= FLOOD_NO_HOST)) {
		if (port == NO_PORT)
			return REASON_NO_EGRESS;
		return flood(w, b, i);
	}
	if (unlikely(port == b->port[i]))
		return REASON_SAME_PORT;
	if (unlikely(!is_open(&w->shared->port[port])))
		return REASON_NO_EGRESS;
	if (unlikely(!fits(&w->shared->port[port], b->length[i])))
		return REASON_TOO_BIG;
	b->copies[i] = 1;
	stage(w, b, i, port);
	return REASON_NONE;
}

static void
count_dropped(struct worker *w, const struct batch *b, unsigned int i) {
	uint16_t ends[2] = {b->src_slot[i], b->dst_slot[i]};

	for (int k = 0; k < 2; k++)
		if (subject_is_device(ends[k]))
			counter_add(&w->devices[ends[k]].dropped, 1);
}

// A whole burst of one port on its way to one other, as most are: nothing is looked at twice.
static inline bool
forward_alike(struct worker *w, struct batch *b) {
	const unsigned int n = b->n;
	unsigned int to = b->egress[0], odd = 0;
	uint32_t longest = 0;
	uint64_t bytes = 0;

	if (to >= FLOOD_NO_HOST || w->tx[to].n != 0 || !is_open(&w->shared->port[to]))
		return false;
	for (unsigned int i = 0; i < n; i++) {
		odd |= b->reason[i] | (b->egress[i] ^ to) | (b->port[i] == to);
		longest = MAX_OF(longest, b->length[i]);
		bytes += b->length[i];
	}
	if (odd || !fits(&w->shared->port[to], longest))
		return false;
	struct worker_tx *tx = &w->tx[to];
	for (unsigned int i = 0; i < n; i++)
		tx->index[i] = (uint8_t)i;
	memcpy(tx->pkt, b->pkt, n * sizeof b->pkt[0]);
	memset(b->copies, 1, n);
	tx->n = (uint16_t)n;
	counter_add(&w->counters.reason_packets[REASON_NONE], n);
	counter_add(&w->counters.reason_bytes[REASON_NONE], bytes);
	return true;
}

void
stage_forward(struct worker *w, struct batch *b) {
	struct rte_mbuf *dropped[BATCH_MAX];
	unsigned int drops = 0;

	if (b->n > 0 && forward_alike(w, b))
		return;
	struct tally t = {0};
	for (unsigned int i = 0; i < b->n; i++) {
		if (likely(b->reason[i] == REASON_NONE))
			b->reason[i] = (uint8_t)unicast(w, b, i);
		t.packets[b->reason[i]]++;
		t.bytes[b->reason[i]] += b->length[i];
		if (unlikely(b->reason[i] != REASON_NONE)) {
			count_dropped(w, b, i);
			if (!(b->answers >> i & 1) || !originate(w, b, i))
				dropped[drops++] = b->pkt[i];
		}
	}
	rte_pktmbuf_free_bulk(dropped, drops);
	for (unsigned int r = 0; r < REASON_COUNT; r++) {
		if (t.packets[r] == 0)
			continue;
		counter_add(&w->counters.reason_packets[r], t.packets[r]);
		counter_add(&w->counters.reason_bytes[r], t.bytes[r]);
	}
}

void
worker_tx_refused(struct worker *w, struct batch *b, uint16_t port, unsigned int first) {
	struct worker_tx *tx = &w->tx[port];
	struct worker_counters *c = &w->counters;

	for (unsigned int k = first; k < tx->n; k++) {
		unsigned int i = tx->index[k];
		if (--b->copies[i] != 0 || b->answers >> i & 1)
			continue;
		b->reason[i] = REASON_TX_FULL;
		counter_add(&c->reason_packets[REASON_NONE], (uint64_t)-1);
		counter_add(&c->reason_bytes[REASON_NONE], -(uint64_t)b->length[i]);
		counter_add(&c->reason_packets[REASON_TX_FULL], 1);
		counter_add(&c->reason_bytes[REASON_TX_FULL], b->length[i]);
		count_dropped(w, b, i);
	}
	rte_pktmbuf_free_bulk(tx->pkt + first, tx->n - first);
	tx->n = 0;
}
