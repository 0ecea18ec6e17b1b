// SPDX-License-Identifier: BSD-3-Clause

#include "control/graph.h"

#include "control/graph_own.h"
#include "control/identity/join.h"
#include "platform/siphash.h"

#include <stdlib.h>
#include <string.h>

bool
graph_in_window(const struct graph_query *q, uint64_t at_ns) {
	return at_ns != 0 && at_ns + q->window_s * NS_PER_S >= q->now_ns;
}

bool
graph_is_blocked(uint8_t actions) {
	return (actions & ACTION_POLICY) == ACTION_BLOCK;
}

enum edge_state
graph_state(const struct graph_query *q, const struct link *l) {
	uint8_t actions = l->actions | l->device->actions | l->destination->actions;

	if (graph_is_blocked(actions) || (l->refused && graph_in_window(q, l->last_seen_ns)))
		return EDGE_BLOCKED;
	if (!graph_in_window(q, l->last_seen_ns))
		return EDGE_DNS;
	return l->last_seen_ns + GRAPH_RECENT_S * NS_PER_S >= q->now_ns ? EDGE_RECENT : EDGE_OLDER;
}

static bool
is_shown(const struct graph_query *q, const struct link *l) {
	if (!graph_in_window(q, MAX_OF(l->last_seen_ns, l->dns_seen_ns))
	    || !l->destination->visible)
		return false;
	if (destination_is_exempt(l->destination) && !q->multicast)
		return false;
	return q->ignored
		|| !((l->actions | l->device->actions | l->destination->actions) & ACTION_IGNORE);
}

static int
by_group(const void *one, const void *other) {
	const struct edge *a = one;
	const struct edge *b = other;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->link->key.device != b->link->key.device)
		return a->link->key.device < b->link->key.device ? -1 : 1;
	return a->link->key.destination < b->link->key.destination ? -1 : 1;
}

// The same for every viewer and run; ids of destinations are times, far below.
uint64_t
graph_organisation_id(const char *name) {
	static const uint64_t key[2] = {0x6f7267616e697361, 0x74696f6e73};

	return siphash24(key, name, strlen(name)) | 1ull << 63;
}

size_t
graph_limit(const struct graph_query *q) {
	return q->limit ? MIN_OF(q->limit, (size_t)GRAPH_LIMIT_MAX) : GRAPH_NODES_MAX;
}

// Those who talk now are equals: by who spoke last they would take turns in a full picture, each
// second others.
static int
by_activity(const void *one, const void *other) {
	const struct target *a = one;
	const struct target *b = other;
	bool a_lively = a->state == EDGE_RECENT || a->all_blocked;
	bool b_lively = b->state == EDGE_RECENT || b->all_blocked;

	if (a_lively != b_lively)
		return a_lively ? -1 : 1;
	if (!a_lively && a->last_ns != b->last_ns)
		return a->last_ns > b->last_ns ? -1 : 1;
	return a->group < b->group ? -1 : a->group > b->group;
}

static int
by_device_activity(const void *one, const void *other) {
	uint64_t a = (*(const struct device *const *)one)->last_seen_ns;
	uint64_t b = (*(const struct device *const *)other)->last_seen_ns;

	return a > b ? -1 : a < b;
}

static void
collect_edges(struct graph *g, const struct state *s) {
	for (size_t i = 0; i < s->links.capacity; i++) {
		const struct link *l = s->links.slots[i];
		if (!l || !is_shown(g->q, l))
			continue;
		if (g->q->group == GRAPH_BY_HOST) {
			graph_collect_hosts(g, l);
			continue;
		}
		const char *organisation = g->q->group == GRAPH_BY_ORGANISATION
			? destination_organisation(s, l->destination)
			: NULL;
		g->edges[g->edges_count++] = (struct edge){
			.link = l,
			.organisation = organisation,
			.group = organisation ? graph_organisation_id(organisation)
					      : l->key.destination,
			.state = graph_state(g->q, l),
			.last_ns = MAX_OF(l->last_seen_ns, l->dns_seen_ns),
			.sum = l->sum,
			.rate = rate_read(&l->rate, g->q->now_ns),
		};
	}
	qsort(g->edges, g->edges_count, sizeof *g->edges, by_group);
}

static void
collect_targets(struct graph *g) {
	struct target *t = NULL;

	for (size_t i = 0; i < g->edges_count; i++) {
		const struct edge *e = &g->edges[i];
		if (!t || t->group != e->group) {
			t = &g->targets[g->targets_count++];
			*t = (struct target){
				.group = e->group,
				.organisation = e->organisation,
				.host = e->host,
				.destination = e->link->destination,
				.all_blocked = true,
				.first_edge = i,
			};
		}
		t->edges++;
		if (e->state != EDGE_BLOCKED) {
			t->all_blocked = false;
			t->state = MAX_OF(t->state, e->state);
		}
		t->last_ns = MAX_OF(t->last_ns, e->last_ns);
	}
	qsort(g->targets, g->targets_count, sizeof *g->targets, by_activity);
}

static void
collect_devices(struct graph *g, const struct state *s) {
	for (size_t i = 0; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		if ((!g->q->ignored && d->actions & ACTION_IGNORE) || join_is_part(s, d))
			continue;
		if (graph_in_window(g->q, join_sum(s, d, g->q->now_ns).last_seen_ns))
			g->devices[g->devices_count++] = d;
	}
	// In the usual home every device fits; a flood of made-up stations must not hide them.
	qsort(g->devices, g->devices_count, sizeof *g->devices, by_device_activity);
}

bool
graph_write(const struct state *s, const struct graph_query *q, struct json *j) {
	struct graph g = {.s = s, .q = q};

	size_t most = s->links.count + 1 + (q->group == GRAPH_BY_HOST ? s->flows.count : 0);
	g.edges = malloc(most * sizeof *g.edges);
	g.targets = malloc(most * sizeof *g.targets);
	g.devices = malloc((s->devices_count + 1) * sizeof *g.devices);
	bool ok = g.edges && g.targets && g.devices;
	if (ok) {
		collect_edges(&g, s);
		collect_targets(&g);
		collect_devices(&g, s);
		graph_write_all(&g, j);
	}
	free(g.edges);
	free(g.targets);
	free(g.devices);
	return ok && !j->failed;
}
