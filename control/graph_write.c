// SPDX-License-Identifier: BSD-3-Clause
// The gathered graph as JSON.

#include "control/graph_own.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/service.h"
#include "control/text/language.h"
#include "platform/text.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRAPH_MEMBERS_MAX 64 // of an organisation, that are shown

static const char *const state_names[] = {"dns", "older", "recent", "blocked"};

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
	const struct join_sum all = join_sum(g->s, d, g->q->now_ns);

	json_object(j);
	key_id(j, "id", "dev_", d->id);
	json_key_string(j, "kind", "device");
	json_key_string(j, "name", device_name(d, name));
	json_key_string(j, "state", graph_is_blocked(d->actions) ? "blocked" : "device");
	common(j,
	       d->actions,
	       all.last_seen_ns,
	       all.sum.bytes_in + all.sum.bytes_out,
	       all.rate_in + all.rate_out);
	json_key_bool(j, "online", all.online);
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
				return join_whole(s, s->devices[i]);
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
		return _("to everyone in the home");
	const struct device *owner = d->local ? owner_of(s, d) : NULL;
	if (owner) {
		snprintf(ret, 320, _("%s, in the home"), device_name(owner, name));
		return ret;
	}
	if (d->local)
		return gives_addresses(d) ? _("the home's router") : _("in the home");
	if (d->kind == DESTINATION_ADDRESS)
		return _("an address without a name");
	if (d->names_count > 1)
		snprintf(ret, 320, _("%s and %u more"), newest->text, d->names_count - 1);
	else
		snprintf(ret, 320, "%s", d->names_count ? newest->text : d->name);
	return ret;
}

static void
write_destination(const struct graph *g, const struct target *t, struct json *j) {
	const struct destination *d = t->destination;
	bool blocked = graph_is_blocked(d->actions) || t->all_blocked;
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

// The destinations of an organisation, each once.
static size_t
members_of(const struct graph *g, const struct target *t, const struct destination **ret) {
	size_t count = 0;

	for (size_t i = 0; i < t->edges; i++) {
		const struct destination *d = g->edges[t->first_edge + i].link->destination;
		bool known = false;
		for (size_t k = 0; k < count && !known; k++)
			known = ret[k] == d;
		if (!known && count < GRAPH_MEMBERS_MAX)
			ret[count++] = d;
	}
	return count;
}

static void
write_organisation(const struct graph *g, const struct target *t, struct json *j) {
	const struct destination *member[GRAPH_MEMBERS_MAX];
	size_t count = members_of(g, t, member);
	uint64_t bytes = 0, rate = 0, names = 0;
	uint8_t actions = 0xff; // what holds for all of them
	char detail[320], id[ID_TEXT];

	for (size_t i = 0; i < count; i++) {
		bytes += member[i]->sum.bytes_in + member[i]->sum.bytes_out;
		rate += rate_read(&member[i]->rate, g->q->now_ns);
		names += member[i]->names_count;
		actions &= member[i]->actions;
	}
	json_object(j);
	key_id(j, "id", "org_", t->group);
	json_key_string(j, "kind", "organisation");
	json_key_string(j, "name", t->organisation);
	json_key_string(j, "state", state_names[t->all_blocked ? EDGE_BLOCKED : t->state]);
	common(j, actions, t->last_ns, bytes, rate);
	json_key_u64(j, "names_count", names);
	if (count > 1)
		snprintf(detail, sizeof detail, _("%s and %zu more"), member[0]->name, count - 1);
	json_key_string(j, "detail", count > 1 ? detail : member[0]->name);
	json_key(j, "members");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_string(j, id_text("dst_", member[i]->id, id));
	json_end(j);
	json_end(j);
}

// One name beneath a domain; what is decided is decided about the domain.
static void
write_host(const struct graph *g, const struct target *t, struct json *j) {
	const struct destination *d = t->destination;
	bool blocked = graph_is_blocked(d->actions) || t->all_blocked;
	uint64_t bytes = 0, rate = 0;
	char address[TEXT_ADDRESS], id[ID_TEXT];

	for (size_t i = 0; i < t->edges; i++) {
		const struct edge *e = &g->edges[t->first_edge + i];
		bytes += e->sum.bytes_in + e->sum.bytes_out;
		rate += e->rate;
	}
	json_object(j);
	key_id(j, "id", "hst_", t->group);
	json_key_string(j, "kind", "host");
	json_key_string(j, "name", graph_host_name(g->s, t->host, address));
	json_key_string(j, "state", state_names[blocked ? EDGE_BLOCKED : t->state]);
	common(j, d->actions, t->last_ns, bytes, rate);
	json_key_u64(j, "names_count", 1);
	json_key_string(j, "detail", destination_label(d));
	json_key(j, "members");
	json_array(j);
	json_string(j, id_text("dst_", d->id, id));
	json_end(j);
	json_end(j);
}

static void
add_service(uint32_t service, uint32_t *services, unsigned int *count) {
	unsigned int k = 0;

	while (k < *count && services[k] != service)
		k++;
	if (k == *count && k < LINK_SERVICES_MAX)
		services[(*count)++] = service;
}

static void
add_services(const struct edge *e, uint32_t *services, unsigned int *count) {
	const struct link *l = e->link;

	if (e->host) {
		const struct wire_flow *w = &e->host->wire;
		uint16_t port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[1] : 0;
		add_service((uint32_t)w->protocol << 16 | port, services, count);
		return;
	}
	for (unsigned int i = 0; i < l->services_count; i++)
		add_service(l->services[i], services, count);
}

// One line between a device and all that a target stands for.
static void
write_edge(const struct edge *e, size_t count, struct json *j) {
	char device[ID_TEXT], target[ID_TEXT], id[2 * ID_TEXT], text[SERVICE_TEXT];
	uint32_t services[LINK_SERVICES_MAX];
	unsigned int services_count = 0;
	enum edge_state state = EDGE_DNS;
	struct traffic sum = {0};
	uint64_t rate = 0, last_ns = 0;
	bool all_blocked = true;
	uint8_t actions = 0xff;

	for (size_t i = 0; i < count; i++) {
		const struct link *l = e[i].link;
		traffic_add(&sum, &e[i].sum);
		rate += e[i].rate;
		last_ns = MAX_OF(last_ns, e[i].last_ns);
		actions &= l->actions;
		add_services(&e[i], services, &services_count);
		if (e[i].state == EDGE_BLOCKED)
			continue;
		all_blocked = false;
		state = MAX_OF(state, e[i].state);
	}
	id_text("dev_", e->link->device->id, device);
	id_text(e->organisation ? "org_" : e->host ? "hst_" : "dst_", e->group, target);
	snprintf(id, sizeof id, "%s~%s", device, target);
	json_object(j);
	json_key_string(j, "id", id);
	json_key_string(j, "device", device);
	json_key_string(j, "destination", target);
	json_key_string(j, "state", state_names[all_blocked ? EDGE_BLOCKED : state]);
	json_key(j, "services");
	json_array(j);
	for (unsigned int i = 0; i < services_count; i++)
		json_string(
			j, service_text((uint8_t)(services[i] >> 16), (uint16_t)services[i], text)
		);
	json_end(j);
	json_key_u64(j, "bytes_out", sum.bytes_out);
	json_key_u64(j, "bytes_in", sum.bytes_in);
	json_key_u64(j, "dropped", sum.dropped);
	json_key_u64(j, "rate", rate);
	json_key_string(j, "last_seen", text_time(last_ns, (char[TEXT_TIME]){0}));
	json_key_bool(j, "blocked", actions & ACTION_BLOCK);
	json_key_bool(j, "allowed", actions & ACTION_ALLOW);
	json_key_bool(j, "ignored", actions & ACTION_IGNORE);
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
	uint64_t ids[GRAPH_LIMIT_MAX];

	for (size_t i = 0; i < devices; i++)
		ids[i] = g->devices[i]->id;
	qsort(ids, devices, sizeof *ids, by_id);
	for (size_t i = 0; i < g->shown; i++) {
		const struct edge *e = &g->edges[g->targets[i].first_edge];
		for (size_t k = 0, next; k < g->targets[i].edges; k = next) {
			const uint64_t *device = &e[k].link->key.device;
			for (next = k + 1;
			     next < g->targets[i].edges && e[next].link->key.device == *device;)
				next++;
			if (bsearch(device, ids, devices, sizeof *ids, by_id))
				write_edge(&e[k], next - k, j);
		}
	}
}

void
graph_write_all(struct graph *g, struct json *j) {
	size_t limit = graph_limit(g->q);
	size_t devices = MIN_OF(g->devices_count, limit);
	char time[TEXT_TIME];

	g->shown = MIN_OF(g->targets_count, limit - devices);
	json_object(j);
	json_key_u64(j, "generation", g->q->generation);
	json_key_string(j, "now", text_time(g->q->now_ns, time));
	json_key_u64(j, "window", g->q->window_s);
	json_key(j, "nodes");
	json_array(j);
	for (size_t i = 0; i < devices; i++)
		write_device(g, g->devices[i], j);
	for (size_t i = 0; i < g->shown; i++)
		if (g->targets[i].organisation)
			write_organisation(g, &g->targets[i], j);
		else if (g->targets[i].host)
			write_host(g, &g->targets[i], j);
		else
			write_destination(g, &g->targets[i], j);
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
