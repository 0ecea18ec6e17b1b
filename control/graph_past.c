// SPDX-License-Identifier: BSD-3-Clause

#include "control/graph_past.h"

#include "control/core.h"
#include "control/graph_own.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/service.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICES_MAX 8
#define MEMBERS_MAX 64

// A row with what it is about today.
struct seen {
	const struct history_item *item;
	const struct device *device;
	const struct destination *destination; // NULL: not known any more
	const char *organisation; // NULL: the destination stands for itself
	uint64_t target; // id of its node
};

struct node {
	uint64_t id;
	const struct seen *first;
	uint64_t bytes, last_s, packets, dropped;
	bool shown;
};

struct past {
	const struct core *c;
	const struct graph_query *q;
	struct seen *seen; // by target, then device
	size_t count;
	struct node *devices;
	struct node *targets;
	size_t devices_count;
	size_t targets_count;
};

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

static uint8_t
actions_of(const struct past *g, const struct seen *s) {
	const struct link *l =
		s->destination ? link_find(&g->c->state, s->device, s->destination) : NULL;

	return l ? l->actions : 0;
}

static bool
resolve(const struct past *g, const struct history_item *item, struct seen *ret) {
	const struct ask_place *p = &item->place;
	const struct device *d = device_by_id(&g->c->state, item->device);

	if (!d || p->kind == PLACE_OTHER)
		return false;
	*ret = (struct seen){
		.item = item,
		.device = join_whole(&g->c->state, d),
		.destination = destination_now(g->c, p),
	};
	if (p->kind == PLACE_ORGANISATION || p->kind == PLACE_COUNTRY)
		ret->organisation = p->name;
	else if (g->q->group == GRAPH_BY_ORGANISATION && p->kind == PLACE_DOMAIN)
		ret->organisation = organisation_of(&g->c->organisations, p->name);
	ret->target = ret->organisation ? graph_organisation_id(ret->organisation)
		: ret->destination	? ret->destination->id
					: p->id;
	if (!ret->target || (is_exempt(p, ret->destination) && !g->q->multicast))
		return false;
	uint8_t all = ret->device->actions | actions_of(g, ret)
		| (ret->destination ? ret->destination->actions : 0);
	return g->q->ignored || !(all & ACTION_IGNORE);
}

static int
by_target(const void *one, const void *other) {
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

static int
by_bytes(const void *one, const void *other) {
	uint64_t a = ((const struct node *)one)->bytes, b = ((const struct node *)other)->bytes;

	return a > b ? -1 : a < b;
}

static int
by_id(const void *one, const void *other) {
	uint64_t a = ((const struct node *)one)->id, b = ((const struct node *)other)->id;

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
gather(struct past *g, const struct history_answer *rows) {
	size_t room = rows->items_count + 1;
	const struct seen **order = malloc(room * sizeof *order);

	g->seen = malloc(room * sizeof *g->seen);
	g->devices = calloc(room, sizeof *g->devices);
	g->targets = calloc(room, sizeof *g->targets);
	if (!order || !g->seen || !g->devices || !g->targets) {
		free(order);
		return false;
	}
	for (size_t i = 0; i < rows->items_count; i++)
		g->count += resolve(g, &rows->items[i], &g->seen[g->count]);
	qsort(g->seen, g->count, sizeof *g->seen, by_target);
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

// Over the whole window: what moved when within it is not in its rows.
static uint64_t
mean(const struct past *g, uint64_t bytes) {
	return bytes / MAX_OF(g->q->window_s, 1);
}

static void
write_common(
	const struct past *g,
	struct json *j,
	const char *state,
	uint8_t actions,
	const struct node *n,
	uint64_t names
) {
	json_key_string(j, "state", state);
	json_key_bool(j, "blocked", actions & ACTION_BLOCK);
	json_key_bool(j, "allowed", actions & ACTION_ALLOW);
	json_key_bool(j, "ignored", actions & ACTION_IGNORE);
	view_time(j, "last_seen", n->last_s * NS_PER_S);
	json_key_u64(j, "bytes", n->bytes);
	json_key_u64(j, "rate", mean(g, n->bytes));
	json_key_u64(j, "names_count", names);
}

static void
write_device(const struct past *g, const struct node *n, struct json *j) {
	const struct device *d = n->first->device;
	char name[NAME_BYTES_MAX + 1], mac[TEXT_MAC];

	json_object(j);
	view_id(j, "id", "dev_", n->id);
	json_key_string(j, "kind", "device");
	json_key_string(j, "name", device_name(d, name));
	write_common(g, j, graph_is_blocked(d->actions) ? "blocked" : "device", d->actions, n, 0);
	json_key_bool(j, "online", join_sum(&g->c->state, d, g->q->now_ns).online);
	json_key_string(j, "vendor", d->vendor);
	json_key_string(j, "detail", d->vendor ? d->vendor : text_mac(d->mac, mac));
	json_end(j);
}

// Rows say in which span something was seen last; only the short spans tell what was recent.
static const char *
state_of(const struct past *g, uint64_t packets, uint64_t dropped, uint64_t last_s) {
	if (packets > 0 && dropped >= packets)
		return "blocked";
	return last_s + GRAPH_RECENT_S >= g->q->now_ns / NS_PER_S ? "recent" : "older";
}

static void
write_members(const struct past *g, const struct node *n, struct json *j) {
	uint64_t last = 0;
	size_t count = 0;
	char id[ID_TEXT];

	json_key(j, "members");
	json_array(j);
	for (const struct seen *s = n->first;
	     s < g->seen + g->count && s->target == n->id && count < MEMBERS_MAX;
	     s++) {
		uint64_t one = s->destination ? s->destination->id : s->item->place.id;
		if (!one || one == last)
			continue;
		json_string(j, id_text("dst_", one, id));
		last = one;
		count++;
	}
	json_end(j);
}

static void
write_target(const struct past *g, const struct node *n, struct json *j) {
	const struct seen *s = n->first;
	const char *organisation = s->organisation;
	const struct destination *d = organisation ? NULL : s->destination;
	const char *kept = s->item->place.name;

	json_object(j);
	view_id(j, "id", organisation ? "org_" : "dst_", n->id);
	json_key_string(j, "kind", organisation ? "organisation" : "destination");
	json_key_string(j, "name", organisation ? organisation : d ? destination_label(d) : kept);
	write_common(
		g,
		j,
		state_of(g, n->packets, n->dropped, n->last_s),
		d ? d->actions : 0,
		n,
		d ? d->names_count : 0
	);
	json_key_string(j, "detail", kept);
	if (organisation)
		write_members(g, n, j);
	json_end(j);
}

static void
write_edge(const struct past *g, const struct seen *s, size_t count, struct json *j) {
	char device[ID_TEXT], target[ID_TEXT], id[2 * ID_TEXT], text[SERVICE_TEXT];
	struct history_counts sum = {0};
	uint64_t last_s = 0;
	uint8_t actions = 0xff;

	for (size_t i = 0; i < count; i++) {
		counts_add(&sum, &s[i].item->counts);
		last_s = MAX_OF(last_s, s[i].item->last_s);
		actions &= actions_of(g, &s[i]);
	}
	id_text("dev_", s->device->id, device);
	id_text(s->organisation ? "org_" : "dst_", s->target, target);
	snprintf(id, sizeof id, "%s~%s", device, target);
	json_object(j);
	json_key_string(j, "id", id);
	json_key_string(j, "device", device);
	json_key_string(j, "destination", target);
	json_key_string(
		j, "state", state_of(g, sum.packets_in + sum.packets_out, sum.dropped, last_s)
	);
	json_key(j, "services");
	json_array(j);
	for (size_t i = 0; i < count && i < SERVICES_MAX; i++)
		if (s[i].item->service)
			json_string(
				j,
				service_text(
					(uint8_t)(s[i].item->service >> 16),
					(uint16_t)s[i].item->service,
					text
				)
			);
	json_end(j);
	json_key_u64(j, "bytes_out", sum.bytes_out);
	json_key_u64(j, "bytes_in", sum.bytes_in);
	json_key_u64(j, "dropped", sum.dropped);
	json_key_u64(j, "rate", mean(g, sum.bytes_out + sum.bytes_in));
	view_time(j, "last_seen", last_s * NS_PER_S);
	view_actions(j, actions);
	json_end(j);
}

static bool
is_shown(const struct node *nodes, size_t count, uint64_t id) {
	const struct node key = {.id = id};
	const struct node *n = bsearch(&key, nodes, count, sizeof *nodes, by_id);

	return n && n->shown;
}

static void
write_edges(const struct past *g, struct json *j) {
	for (size_t i = 0, next; i < g->count; i = next) {
		for (next = i + 1; next < g->count && by_target(&g->seen[i], &g->seen[next]) == 0;)
			next++;
		if (is_shown(g->devices, g->devices_count, g->seen[i].device->id)
		    && is_shown(g->targets, g->targets_count, g->seen[i].target))
			write_edge(g, &g->seen[i], next - i, j);
	}
}

static void
write_all(struct past *g, struct json *j) {
	size_t limit = graph_limit(g->q);
	size_t devices = MIN_OF(g->devices_count, limit);
	size_t targets = MIN_OF(g->targets_count, limit - devices);

	qsort(g->devices, g->devices_count, sizeof *g->devices, by_bytes);
	qsort(g->targets, g->targets_count, sizeof *g->targets, by_bytes);
	json_object(j);
	json_key_u64(j, "generation", g->q->generation);
	view_time(j, "now", g->q->now_ns);
	json_key_u64(j, "window", g->q->window_s);
	json_key(j, "nodes");
	json_array(j);
	for (size_t i = 0; i < devices; i++) {
		g->devices[i].shown = true;
		write_device(g, &g->devices[i], j);
	}
	for (size_t i = 0; i < targets; i++) {
		g->targets[i].shown = true;
		write_target(g, &g->targets[i], j);
	}
	json_end(j);
	qsort(g->devices, g->devices_count, sizeof *g->devices, by_id);
	qsort(g->targets, g->targets_count, sizeof *g->targets, by_id);
	json_key(j, "edges");
	json_array(j);
	write_edges(g, j);
	json_end(j);
	size_t less_devices = g->devices_count - devices, less_targets = g->targets_count - targets;
	json_key(j, "folded");
	json_object(j);
	json_key_u64(j, "nodes", less_devices + less_targets);
	json_key_u64(j, "devices", less_devices);
	json_key_u64(j, "destinations", less_targets);
	json_end(j);
	json_end(j);
}

bool
graph_past_write(
	const struct core *c,
	const struct graph_query *q,
	const struct history_answer *rows,
	struct json *j
) {
	struct past g = {.c = c, .q = q};
	bool ok = gather(&g, rows);

	if (ok)
		write_all(&g, j);
	free(g.seen);
	free(g.devices);
	free(g.targets);
	return ok && !j->failed;
}
