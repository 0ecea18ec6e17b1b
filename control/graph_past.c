// SPDX-License-Identifier: BSD-3-Clause

#include "control/core.h"
#include "control/graph_own.h"
#include "control/graph_past_own.h"
#include "control/identity/join.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

static const struct destination *
destination_now(const struct core *c, const struct ask_place *p) {
	unsigned int family;
	uint8_t address[16];

	if (p->kind == PLACE_DOMAIN)
		return destination_find_domain(&c->state, p->name);
	if (p->kind == PLACE_ADDRESS && text_parse_address(p->name, &family, address) == 0)
		return destination_find_address(&c->state, family, address);
	return NULL;
}

static bool
is_exempt(const struct ask_place *p, const struct destination *d) {
	unsigned int family;
	uint8_t address[16];

	if (d)
		return destination_is_exempt(d);
	return p->kind == PLACE_ADDRESS && text_parse_address(p->name, &family, address) == 0
		&& address_is_multicast(family, address);
}

uint8_t
graph_past_actions(const struct past *g, const struct seen *s) {
	const struct link *l =
		s->destination ? link_find(&g->c->state, s->device, s->destination) : NULL;

	return l ? l->actions : 0;
}

static bool
resolve(const struct past *g, const struct history_item *item, const char *host, struct seen *ret) {
	const struct ask_place *p = &item->place;
	const struct device *d = device_by_id(&g->c->state, item->device);

	if (!d || p->kind == PLACE_OTHER)
		return false;
	*ret = (struct seen){
		.item = item,
		.device = join_whole(&g->c->state, d),
		.destination = destination_now(g->c, p),
		.host = host,
	};
	if (p->kind == PLACE_ORGANISATION || p->kind == PLACE_COUNTRY)
		ret->organisation = p->name;
	else if (g->q->group == GRAPH_BY_ORGANISATION && p->kind == PLACE_DOMAIN)
		ret->organisation = organisation_of(&g->c->organisations, p->name);
	ret->target = ret->organisation ? graph_organisation_id(ret->organisation)
		: ret->destination	? ret->destination->id
					: p->id;
	if (g->q->group == GRAPH_BY_HOST && p->kind == PLACE_ADDRESS)
		ret->host = host = p->name; // as it is now
	if (host)
		ret->target = graph_host_id(host, ret->target);
	if (!ret->target || (is_exempt(p, ret->destination) && !g->q->multicast))
		return false;
	uint8_t all = ret->device->actions | graph_past_actions(g, ret)
		| (ret->destination ? ret->destination->actions : 0);
	return g->q->ignored || !(all & ACTION_IGNORE);
}

int
graph_past_by_target(const void *one, const void *other) {
	const struct seen *a = one, *b = other;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	return a->device->id < b->device->id ? -1 : a->device->id > b->device->id;
}

static int
by_device(const void *one, const void *other) {
	uint64_t a = (*(const struct seen *const *)one)->device->id;
	uint64_t b = (*(const struct seen *const *)other)->device->id;

	return a < b ? -1 : a > b;
}

static void
add(struct node *n, const struct history_item *i) {
	n->bytes += i->counts.bytes_in + i->counts.bytes_out;
	n->packets += i->counts.packets_in + i->counts.packets_out;
	n->dropped += i->counts.dropped;
	n->last_s = MAX_OF(n->last_s, i->last_s);
}

static bool
gather(struct past *g,
       const struct history_answer *rows,
       const struct past_host *hosts,
       size_t hosts_count) {
	size_t room = rows->items_count + hosts_count + 1;
	const struct seen **order = malloc(room * sizeof *order);

	g->seen = malloc(room * sizeof *g->seen);
	g->devices = calloc(room, sizeof *g->devices);
	g->targets = calloc(room, sizeof *g->targets);
	if (!order || !g->seen || !g->devices || !g->targets) {
		free(order);
		return false;
	}
	for (size_t i = 0; i < rows->items_count; i++)
		g->count += resolve(g, &rows->items[i], NULL, &g->seen[g->count]);
	for (size_t i = 0; i < hosts_count; i++)
		g->count += resolve(g, &hosts[i].item, hosts[i].name, &g->seen[g->count]);
	qsort(g->seen, g->count, sizeof *g->seen, graph_past_by_target);
	for (size_t i = 0; i < g->count; i++) {
		struct node *n = g->targets_count ? &g->targets[g->targets_count - 1] : NULL;
		if (!n || n->id != g->seen[i].target) {
			n = &g->targets[g->targets_count++];
			*n = (struct node){.id = g->seen[i].target, .first = &g->seen[i]};
		}
		add(n, g->seen[i].item);
		order[i] = &g->seen[i];
	}
	qsort(order, g->count, sizeof *order, by_device);
	for (size_t i = 0; i < g->count; i++) {
		struct node *n = g->devices_count ? &g->devices[g->devices_count - 1] : NULL;
		if (!n || n->id != order[i]->device->id) {
			n = &g->devices[g->devices_count++];
			*n = (struct node){.id = order[i]->device->id, .first = order[i]};
		}
		add(n, order[i]->item);
	}
	free(order);
	return true;
}

bool
graph_past_write(
	const struct core *c,
	const struct graph_query *q,
	struct history_answer *rows,
	struct flows_answer *flows,
	struct json *j
) {
	struct past g = {.c = c, .q = q};
	struct past_host *hosts = NULL;
	size_t hosts_count = 0;
	bool by_host = q->group == GRAPH_BY_HOST;
	bool ok = (!by_host || graph_past_hosts(c, rows, flows, &hosts, &hosts_count))
		&& gather(&g, rows, hosts, hosts_count);

	if (ok)
		graph_past_write_all(&g, j);
	free(hosts);
	free(g.seen);
	free(g.devices);
	free(g.targets);
	return ok && !j->failed;
}
