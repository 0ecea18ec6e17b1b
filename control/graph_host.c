// SPDX-License-Identifier: BSD-3-Clause
// The graph by hosts: the conversations of a line, each with the name that was asked for.

#include "control/graph_own.h"
#include "control/peer.h"
#include "platform/siphash.h"

#include <string.h>

const char *
graph_host_name(const struct state *s, const struct flow *f, char ret[TEXT_ADDRESS]) {
	const struct peer *p = f->names ? NULL : flow_peer(s, f);

	if (f->names)
		return f->names;
	return p && p->names ? p->names
			     : text_address(f->wire.family, f->wire.address[f->remote], ret);
}

uint64_t
graph_host_id(const char *name, uint64_t destination) {
	const uint64_t key[2] = {0x686f7374, destination};

	return siphash24(key, name, strlen(name)) | 1ull << 63;
}

static bool
is_recent(const struct graph *g, const struct flow *f) {
	return f->last_seen_ns + GRAPH_RECENT_S * NS_PER_S >= g->q->now_ns;
}

static enum edge_state
state_of(const struct graph *g, const struct flow *f) {
	const struct link *l = f->link;

	if (graph_is_blocked(l->actions | l->device->actions | l->destination->actions)
	    || f->wire.reason != REASON_NONE)
		return EDGE_BLOCKED;
	return is_recent(g, f) ? EDGE_RECENT : EDGE_OLDER;
}

static uint64_t
bytes_of(const struct flow *f) {
	struct traffic t = flow_traffic(f);

	return t.bytes_in + t.bytes_out;
}

// A line has one rate: it is shared among those that talk now, by what they moved.
static uint64_t
share(uint64_t rate, uint64_t bytes, uint64_t all) {
	return all ? (uint64_t)((double)rate * (double)bytes / (double)all) : 0;
}

void
graph_collect_hosts(struct graph *g, const struct link *l) {
	uint64_t rate = rate_read(&l->rate, g->q->now_ns), all = 0;
	size_t before = g->edges_count;
	const struct flow *f;
	char address[TEXT_ADDRESS];

	TAILQ_FOREACH (f, &l->flows, of_link)
		all += is_recent(g, f) ? bytes_of(f) : 0;
	TAILQ_FOREACH (f, &l->flows, of_link) {
		if (!graph_in_window(g->q, f->last_seen_ns))
			continue;
		struct edge *e = &g->edges[g->edges_count++];
		*e = (struct edge){
			.link = l,
			.group = graph_host_id(
				graph_host_name(g->s, f, address), l->destination->id
			),
			.host = f,
			.state = state_of(g, f),
			.last_ns = f->last_seen_ns,
			.sum = flow_traffic(f),
			.rate = is_recent(g, f) ? share(rate, bytes_of(f), all) : 0,
		};
		if (f->wire.reason != REASON_NONE)
			e->sum.dropped = e->sum.packets_in + e->sum.packets_out;
	}
	if (g->edges_count > before)
		return;
	// Looked up only, or its conversations are forgotten: the domain stands for itself.
	g->edges[g->edges_count++] = (struct edge){
		.link = l,
		.group = l->key.destination,
		.state = graph_state(g->q, l),
		.last_ns = MAX_OF(l->last_seen_ns, l->dns_seen_ns),
		.sum = l->sum,
		.rate = rate,
	};
}
