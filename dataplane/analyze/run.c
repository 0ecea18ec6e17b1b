// SPDX-License-Identifier: BSD-3-Clause
// A frame longer than an mbuf holds is cut there, which is behind any header; it counts whole.
// One cut by its capture counts with what is left, but its pkt_len stays the length on the wire, so
// that it is not taken for malformed.
//
// Several workers take turns in this one thread: each frame goes to the worker that a NIC would
// give it to, all in the captures' order, and house is kept after as many frames as with one.  So
// their number changes nothing of what is found, and no time is gained.

#include "dataplane/analyze/run.h"

#include "dataplane/event.h"
#include "dataplane/parse/parse.h"
#include "dataplane/pipeline.h"
#include "dataplane/spread.h"
#include "dataplane/table/flow_state.h"

#include <rte_errno.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MBUFS 127
#define MBUF_ROOM UINT16_MAX
#define MBUF_BYTES (MBUF_ROOM - RTE_PKTMBUF_HEADROOM)
#define EVENT_BYTES (32u << 20)
#define HOUSEKEEP_ENTRIES 4096
#define HOUSEKEEP_FRAMES BATCH_MAX
#define TABLE_MIN 1024u
#define STREAMS 1024u
#define TABLE_MAX (4u << 20)

enum {
	PORT_LAN,
	PORT_WAN,
	PORTS
};

struct run {
	struct rte_mempool *pool;
	struct shared *shared;
	unsigned int workers;
	unsigned int at; // the worker whose frames the batch holds
	unsigned int frames; // since house was kept
	struct batch batch;
	ns_t oldest; // of the batch
};

// A table that cannot fill up: as many entries as there were things to put in, within reason.
static uint32_t
table_size(uint64_t things) {
	uint64_t n = things + TABLE_MIN;
	return n < TABLE_MAX ? (uint32_t)n : TABLE_MAX;
}

static int
run_open(struct run *r, const struct census *c, unsigned int workers) {
	const struct shared_config shared = {
		.devices = table_size(c->stations_n),
		.stations = table_size(2ull * c->stations_n),
		.names = table_size(4 * c->frames),
		.addresses = table_size(c->addresses_n + c->frames),
		.device_addresses = table_size(c->addresses_n),
		.learn_unasked = true,
		.inspect_hellos = true,
	};
	const struct worker_config worker = {
		.flows = table_size(c->frames),
		.fragments = table_size(c->frames),
		.questions = table_size(c->frames),
		.streams = STREAMS,
		.event_bytes = EVENT_BYTES,
	};

	r->pool = rte_pktmbuf_pool_create("analyze", MBUFS, 0, 0, MBUF_ROOM, SOCKET_ID_ANY);
	if (r->pool == NULL)
		return rte_errno ? -rte_errno : -ENOMEM;
	r->shared = shared_new(&shared); // with a policy that allows everything
	if (r->shared == NULL)
		return -errno;
	r->shared->ports = PORTS;
	r->shared->port[PORT_LAN].side = SIDE_LAN;
	r->shared->port[PORT_WAN].side = SIDE_WAN;
	for (unsigned int i = 0; i < PORTS; i++)
		atomic_store(&r->shared->port[i].open, true);
	atomic_store(&r->shared->listening, true);
	for (; r->workers < workers; r->workers++) {
		if (worker_new(r->shared, &worker) == NULL)
			return -errno;
	}
	return 0;
}

static void
run_close(struct run *r) {
	for (unsigned int w = 0; w < r->workers; w++)
		worker_free(r->shared->worker[w]);
	if (r->shared != NULL)
		shared_free(r->shared);
	rte_mempool_free(r->pool);
}

static int
add_frame(struct run *r, const struct census *c, const struct frame *f) {
	struct batch *b = &r->batch;
	struct rte_mbuf *m = rte_pktmbuf_alloc(r->pool);

	if (m == NULL)
		return -ENOBUFS;
	uint16_t n = (uint16_t)MIN_OF(f->kept, (uint32_t)MBUF_BYTES);
	memcpy(rte_pktmbuf_mtod(m, void *), f->bytes, n);
	m->data_len = n;
	m->pkt_len = f->wire;
	const struct station_seen *s = f->kept >= 12 ? census_find(c, f->bytes + 6) : NULL;
	b->pkt[b->n] = m;
	b->time[b->n] = f->time;
	r->oldest = b->n == 0 ? f->time : MIN_OF(r->oldest, f->time);
	b->length[b->n] = f->kept;
	b->port[b->n] = s != NULL && census_is_device(s) ? PORT_LAN : PORT_WAN;
	b->n++;
	return 0;
}

// False: the findings do not fit into memory.
static bool
flush(struct run *r, struct findings *found) {
	struct worker *w = r->shared->worker[r->at];

	if (r->batch.n == 0)
		return true;
	pipeline_run(w, &r->batch);
	worker_tx_drop(w);
	r->batch.n = 0;
	return findings_drain(found, w->events);
}

static bool
keep_house(struct run *r, struct findings *found, ns_t now) {
	r->frames = 0;
	for (unsigned int i = 0; i < r->workers; i++) {
		struct worker *w = r->shared->worker[i];
		worker_housekeep(w, now, HOUSEKEEP_ENTRIES);
		if (!findings_drain(found, w->events))
			return false;
	}
	return true;
}

// A batch is counted after all its packets found their flows.  So one in which a flow could end and
// begin again, which takes a silence or a SYN, would count for the later what was of the earlier.
static bool
may_begin_anew(const struct run *r, const struct facts *facts, ns_t time) {
	if (r->batch.n == 0)
		return false;
	return facts->tcp_flags & TCP_SYN
		|| (time > r->oldest && time - r->oldest > FLOW_SILENCE_MIN_US * NS_PER_US);
}

static bool
end_flows(struct run *r, struct findings *found) {
	for (unsigned int i = 0; i < r->workers; i++) {
		struct worker *w = r->shared->worker[i];
		bool all;
		do {
			all = worker_end_flows(w);
			if (!findings_drain(found, w->events))
				return false;
		} while (!all);
	}
	return true;
}

static int
run_frames(struct run *r, struct captures *c, const struct census *census, struct findings *found) {
	struct frame f;
	int error;

	while (capture_next(c, &f)) {
		struct facts facts;
		parse_frame(f.bytes, f.kept, f.wire, &facts);
		unsigned int w = spread_worker(&facts, r->workers);
		if ((w != r->at || may_begin_anew(r, &facts, f.time)) && !flush(r, found))
			return -ENOMEM;
		r->at = w;
		if ((error = add_frame(r, census, &f)) < 0)
			return error;
		if (++r->frames == HOUSEKEEP_FRAMES
		    && (!flush(r, found) || !keep_house(r, found, f.time)))
			return -ENOMEM;
	}
	return flush(r, found) && end_flows(r, found) ? 0 : -ENOMEM;
}

int
run_captures(
	struct captures *c,
	const struct census *census,
	unsigned int workers,
	struct findings *findings,
	struct wire_stats *stats
) {
	struct run *r = calloc(1, sizeof(*r));
	int error = r == NULL ? -ENOMEM : run_open(r, census, workers);

	if (error == 0)
		error = run_frames(r, c, census, findings);
	if (error == 0)
		shared_stats(r->shared, stats);
	if (r != NULL)
		run_close(r);
	free(r);
	if (error < 0)
		fprintf(stderr, "spinctl: analyze stopped: %s\n", strerror(-error));
	return error;
}
