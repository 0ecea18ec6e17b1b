// SPDX-License-Identifier: BSD-3-Clause

#include "control/graph.h"

#include "control/id.h"
#include "control/service.h"
#include "control/state.h"
#include "platform/text.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum edge_state {
	EDGE_DNS,
	EDGE_OLDER,
	EDGE_RECENT,
	EDGE_BLOCKED,
};

static const char *const state_names[] = {"dns", "older", "recent", "blocked"};

struct edge {
	const struct link *link;
	enum edge_state state;
	uint64_t last_ns;
};

struct target {
	const struct destination *destination;
	enum edge_state state; // the liveliest of its edges
	bool all_blocked;
	uint64_t last_ns;
	size_t first_edge;
	size_t edges;
};

struct graph {
	const struct state *s;
	const struct graph_query *q;
	struct edge *edges; // sorted by destination
	size_t edges_count;
	struct target *targets; // newest activity first
	size_t targets_count;
	const struct device **devices; // newest activity first
	size_t devices_count;
	size_t shown; // of the targets
};

static bool
in_window(const struct graph_query *q, uint64_t at_ns) {
	return at_ns != 0 && at_ns + q->window_s * NS_PER_S >= q->now_ns;
}

static bool
is_blocked(uint8_t actions) {
	return (actions & ACTION_POLICY) == ACTION_BLOCK;
}

static enum edge_state
edge_state(const struct graph_query *q, const struct link *l) {
	uint8_t actions = l->actions | l->device->actions | l->destination->actions;

	if (is_blocked(actions) || (l->refused && in_window(q, l->last_seen_ns)))
		return EDGE_BLOCKED;
	if (!in_window(q, l->last_seen_ns))
		return EDGE_DNS;
	return l->last_seen_ns + GRAPH_RECENT_S * NS_PER_S >= q->now_ns ? EDGE_RECENT : EDGE_OLDER;
}

static bool
is_shown(const struct graph_query *q, const struct link *l) {
	if (!in_window(q, MAX_OF(l->last_seen_ns, l->dns_seen_ns)) || !l->destination->visible)
		return false;
	if (destination_is_exempt(l->destination) && !q->multicast)
		return false;
	return q->ignored
		|| !((l->actions | l->device->actions | l->destination->actions) & ACTION_IGNORE);
}

static int
by_destination(const void *one, const void *other) {
	const struct edge *a = one;
	const struct edge *b = other;
	uint64_t x = a->link->key.destination;
	uint64_t y = b->link->key.destination;

	if (x != y)
		return x < y ? -1 : 1;
	return a->link->key.device < b->link->key.device ? -1 : 1;
}

static int
by_activity(const void *one, const void *other) {
	uint64_t a = ((const struct target *)one)->last_ns;
	uint64_t b = ((const struct target *)other)->last_ns;

	return a > b ? -1 : a < b;
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
		g->edges[g->edges_count++] = (struct edge){
			.link = l,
			.state = edge_state(g->q, l),
			.last_ns = MAX_OF(l->last_seen_ns, l->dns_seen_ns),
		};
	}
	qsort(g->edges, g->edges_count, sizeof *g->edges, by_destination);
}

static void
collect_targets(struct graph *g) {
	struct target *t = NULL;

	for (size_t i = 0; i < g->edges_count; i++) {
		const struct edge *e = &g->edges[i];
		if (!t || t->destination != e->link->destination) {
			t = &g->targets[g->targets_count++];
			*t = (struct target){
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
		if (!g->q->ignored && d->actions & ACTION_IGNORE)
			continue;
		if (in_window(g->q, d->last_seen_ns))
			g->devices[g->devices_count++] = d;
	}
	// In the usual home every device fits; a flood of made-up stations must not hide them.
	qsort(g->devices, g->devices_count, sizeof *g->devices, by_device_activity);
}

static void
key_id(struct json *j, const char *key, const char *prefix, uint64_t id) {
	char text[ID_TEXT];

	json_key_string(j, key, id_text(prefix, id, text));
}

static void
common(struct json *j, uint8_t actions, uint64_t last_ns, uint64_t bytes, uint64_t rate) {
	char time[TEXT_TIME];

	json_key_bool(j, "blocked", actions & ACTION_BLOCK);
	json_key_bool(j, "allowed", actions & ACTION_ALLOW);
	json_key_bool(j, "ignored", actions & ACTION_IGNORE);
	json_key_string(j, "last_seen", last_ns ? text_time(last_ns, time) : NULL);
	json_key_u64(j, "bytes", bytes);
	json_key_u64(j, "rate", rate);
}

static void
write_device(const struct graph *g, const struct device *d, struct json *j) {
	char name[NAME_BYTES_MAX + 1];
	char mac[TEXT_MAC];
	char address[TEXT_ADDRESS];
	uint64_t now = g->q->now_ns;

	json_object(j);
	key_id(j, "id", "dev_", d->id);
	json_key_string(j, "kind", "device");
	json_key_string(j, "name", device_name(d, name));
	json_key_string(j, "state", is_blocked(d->actions) ? "blocked" : "device");
	common(j,
	       d->actions,
	       d->last_seen_ns,
	       d->sum.bytes_in + d->sum.bytes_out,
	       rate_read(&d->rate_in, now) + rate_read(&d->rate_out, now));
	json_key_bool(j, "online", device_is_online(d, now));
	json_key_string(j, "vendor", d->vendor);
	json_key_u64(j, "names_count", 0);
	const char *detail = text_mac(d->mac, mac);
	if (d->addresses_count > 0)
		detail = text_address(d->addresses[0].family, d->addresses[0].address, address);
	json_key_string(j, "detail", d->vendor ? d->vendor : detail);
	json_end(j);
}

// The device of the home that has this address, when there is one.
static const struct device *
owner_of(const struct state *s, const struct destination *d) {
	for (size_t i = 0; i < s->devices_count; i++)
		for (unsigned int k = 0; k < s->devices[i]->addresses_count; k++) {
			const struct device_address *a = &s->devices[i]->addresses[k];
			if (a->family == d->key.family
			    && memcmp(a->address, d->key.address, sizeof a->address) == 0)
				return s->devices[i];
		}
	return NULL;
}

static bool
gives_addresses(const struct destination *d) {
	const struct link *l;

	LIST_FOREACH (l, &d->links, of_destination)
		for (unsigned int i = 0; i < l->services_count; i++)
			if (l->services[i] == (IPPROTO_UDP << 16 | 67)) // DHCP, RFC 2131 4.1
				return true;
	return false;
}

static const char *
destination_detail(const struct state *s, const struct destination *d, char ret[320]) {
	const struct destination_name *newest = d->names;
	char name[NAME_BYTES_MAX + 1];

	for (unsigned int i = 1; i < d->names_count; i++)
		if (d->names[i].seen_ns > newest->seen_ns)
			newest = &d->names[i];
	if (d->multicast)
		return "to everyone in the home";
	const struct device *owner = d->local ? owner_of(s, d) : NULL;
	if (owner) {
		snprintf(ret, 320, "%s, in the home", device_name(owner, name));
		return ret;
	}
	if (d->local)
		return gives_addresses(d) ? "the home's router" : "in the home";
	if (d->kind == DESTINATION_ADDRESS)
		return "an address without a name";
	if (d->names_count > 1)
		snprintf(ret, 320, "%s and %u more", newest->text, d->names_count - 1);
	else
		snprintf(ret, 320, "%s", d->names_count ? newest->text : d->name);
	return ret;
}

static void
write_target(const struct graph *g, const struct target *t, struct json *j) {
	const struct destination *d = t->destination;
	bool blocked = is_blocked(d->actions) || t->all_blocked;
	char detail[320];

	json_object(j);
	key_id(j, "id", "dst_", d->id);
	json_key_string(j, "kind", "destination");
	json_key_string(j, "name", destination_label(d));
	json_key_string(j, "state", state_names[blocked ? EDGE_BLOCKED : t->state]);
	common(j,
	       d->actions,
	       t->last_ns,
	       d->sum.bytes_in + d->sum.bytes_out,
	       rate_read(&d->rate, g->q->now_ns));
	json_key_u64(j, "names_count", d->names_count);
	json_key_string(j, "detail", destination_detail(g->s, d, detail));
	json_end(j);
}

static void
write_edge(const struct graph *g, const struct edge *e, struct json *j) {
	const struct link *l = e->link;
	char device[ID_TEXT];
	char destination[ID_TEXT];
	char id[2 * ID_TEXT];
	char text[SERVICE_TEXT];

	id_text("dev_", l->device->id, device);
	id_text("dst_", l->destination->id, destination);
	snprintf(id, sizeof id, "%s~%s", device, destination);
	json_object(j);
	json_key_string(j, "id", id);
	json_key_string(j, "device", device);
	json_key_string(j, "destination", destination);
	json_key_string(j, "state", state_names[e->state]);
	json_key(j, "services");
	json_array(j);
	for (unsigned int i = 0; i < l->services_count; i++)
		json_string(
			j,
			service_text(
				(uint8_t)(l->services[i] >> 16), (uint16_t)l->services[i], text
			)
		);
	json_end(j);
	json_key_u64(j, "bytes_out", l->sum.bytes_out);
	json_key_u64(j, "bytes_in", l->sum.bytes_in);
	json_key_u64(j, "dropped", l->sum.dropped);
	json_key_u64(j, "rate", rate_read(&l->rate, g->q->now_ns));
	json_key_string(j, "last_seen", text_time(e->last_ns, (char[TEXT_TIME]){0}));
	json_key_bool(j, "blocked", l->actions & ACTION_BLOCK);
	json_key_bool(j, "allowed", l->actions & ACTION_ALLOW);
	json_key_bool(j, "ignored", l->actions & ACTION_IGNORE);
	json_end(j);
}

static int
by_id(const void *one, const void *other) {
	uint64_t a = *(const uint64_t *)one;
	uint64_t b = *(const uint64_t *)other;

	return a < b ? -1 : a > b;
}

// The edges between what is shown.
static void
write_edges(const struct graph *g, size_t devices, struct json *j) {
	uint64_t ids[GRAPH_NODES_MAX];

	for (size_t i = 0; i < devices; i++)
		ids[i] = g->devices[i]->id;
	qsort(ids, devices, sizeof *ids, by_id);
	for (size_t i = 0; i < g->shown; i++) {
		const struct edge *e = &g->edges[g->targets[i].first_edge];
		for (size_t k = 0; k < g->targets[i].edges; k++)
			if (bsearch(&e[k].link->key.device, ids, devices, sizeof *ids, by_id))
				write_edge(g, &e[k], j);
	}
}

static void
write_graph(struct graph *g, struct json *j) {
	size_t devices = MIN_OF(g->devices_count, (size_t)GRAPH_NODES_MAX);
	char time[TEXT_TIME];

	g->shown = MIN_OF(g->targets_count, GRAPH_NODES_MAX - devices);
	json_object(j);
	json_key_u64(j, "generation", g->q->generation);
	json_key_string(j, "now", text_time(g->q->now_ns, time));
	json_key_u64(j, "window", g->q->window_s);
	json_key(j, "nodes");
	json_array(j);
	for (size_t i = 0; i < devices; i++)
		write_device(g, g->devices[i], j);
	for (size_t i = 0; i < g->shown; i++)
		write_target(g, &g->targets[i], j);
	json_end(j);
	json_key(j, "edges");
	json_array(j);
	write_edges(g, devices, j);
	json_end(j);
	size_t folded_devices = g->devices_count - devices;
	size_t folded_targets = g->targets_count - g->shown;
	json_key(j, "folded");
	json_object(j);
	json_key_u64(j, "nodes", folded_devices + folded_targets);
	json_key_u64(j, "devices", folded_devices);
	json_key_u64(j, "destinations", folded_targets);
	json_end(j);
	json_end(j);
}

bool
graph_write(const struct state *s, const struct graph_query *q, struct json *j) {
	struct graph g = {.s = s, .q = q};

	g.edges = malloc((s->links.count + 1) * sizeof *g.edges);
	g.targets = malloc((s->links.count + 1) * sizeof *g.targets);
	g.devices = malloc((s->devices_count + 1) * sizeof *g.devices);
	bool ok = g.edges && g.targets && g.devices;
	if (ok) {
		collect_edges(&g, s);
		collect_targets(&g);
		collect_devices(&g, s);
		write_graph(&g, j);
	}
	free(g.edges);
	free(g.targets);
	free(g.devices);
	return ok && !j->failed;
}
