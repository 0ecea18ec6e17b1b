// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/worker.h"

#include "dataplane/event.h"
#include "dataplane/inspect/quic.h"
#include "dataplane/policy/subject.h"
#include "dataplane/table/datagram.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/fragment.h"
#include "dataplane/table/hits.h"
#include "dataplane/table/limit.h"
#include "dataplane/table/memory.h"
#include "dataplane/table/query.h"
#include "dataplane/table/stream.h"
#include "dataplane/table/tags.h"

#include <rte_mbuf.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FLOWS 262144u
#define FRAGMENTS 4096u
#define QUESTIONS 4096u
#define STREAMS 128u
#define EVENT_BYTES ((size_t)4 << 20)

struct worker *
worker_new(struct shared *s, const struct worker_config *c) {
	if (s->workers == WORKERS_MAX) {
		errno = ENOSPC;
		return NULL;
	}
	struct worker *w = table_alloc(sizeof *w);
	if (!w)
		return NULL;
	w->id = s->workers;
	w->tx_queue = w->id;
	w->shared = s;
	w->flows = flow_table_new(c->flows ? c->flows : FLOWS, s->seed);
	w->fragments = fragment_table_new(c->fragments ? c->fragments : FRAGMENTS, s->seed);
	w->questions = question_table_new(c->questions ? c->questions : QUESTIONS, s->seed);
	w->streams = stream_table_new(c->streams ? c->streams : STREAMS);
	w->datagrams = datagram_table_new();
	w->keys = quic_keys_new();
	w->tags = table_alloc(sizeof *w->tags);
	w->answers = table_alloc(ANSWERS * sizeof *w->answers);
	w->address_known = table_alloc(ADDRESS_CACHE * sizeof *w->address_known);
	w->rows = table_alloc(s->devices->capacity * sizeof *w->rows);
	w->devices = table_alloc(s->devices->capacity * sizeof *w->devices);
	w->hits = table_alloc(sizeof *w->hits);
	w->limits = table_alloc(sizeof *w->limits);
	w->events = event_ring_new(c->event_bytes ? c->event_bytes : EVENT_BYTES);
	if (w->flows && w->fragments && w->questions && w->streams && w->datagrams && w->keys
	    && w->tags && w->answers && w->address_known && w->rows && w->devices && w->hits
	    && w->limits && w->events) {
		s->worker[s->workers++] = w;
		return w;
	}
	worker_free(w);
	errno = ENOMEM;
	return NULL;
}

void
worker_free(struct worker *w) {
	if (!w)
		return;
	struct shared *s = w->shared;
	worker_tx_drop(w);
	flow_table_free(w->flows);
	fragment_table_free(w->fragments);
	question_table_free(w->questions);
	stream_table_free(w->streams);
	datagram_table_free(w->datagrams);
	quic_keys_free(w->keys);
	table_free(w->tags, sizeof *w->tags);
	table_free(w->answers, ANSWERS * sizeof *w->answers);
	table_free(w->address_known, ADDRESS_CACHE * sizeof *w->address_known);
	table_free(w->rows, s->devices->capacity * sizeof *w->rows);
	table_free(w->devices, s->devices->capacity * sizeof *w->devices);
	table_free(w->hits, sizeof *w->hits);
	table_free(w->limits, sizeof *w->limits);
	event_ring_free(w->events);
	if (s->workers > 0 && s->worker[s->workers - 1] == w)
		s->worker[--s->workers] = NULL;
	table_free(w, sizeof *w);
}

void
worker_tx_drop(struct worker *w) {
	for (unsigned int port = 0; port < PORTS_MAX; port++) {
		rte_pktmbuf_free_bulk(w->tx[port].pkt, w->tx[port].n);
		w->tx[port].n = 0;
	}
}

void
worker_report_all(struct worker *w, uint64_t id) {
	atomic_store_explicit(&w->snapshot_asked, id, memory_order_release);
}

uint32_t
worker_flows_active(const struct worker *w) {
	return flow_table_used(w->flows);
}

uint32_t
worker_flows_capacity(const struct worker *w) {
	return w->flows->capacity;
}
