// SPDX-License-Identifier: BSD-3-Clause
// The gathered graph of a window that is over, as JSON.

#include "control/core.h"
#include "control/graph_own.h"
#include "control/graph_past_own.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/service.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>

#define SERVICES_MAX 8
#define MEMBERS_MAX 64

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

static const char *
prefix_of(const struct seen *s) {
	return s->organisation ? "org_" : s->host ? "hst_" : "dst_";
}

static void
write_target(const struct past *g, const struct node *n, struct json *j) {
	const struct seen *s = n->first;
	const char *organisation = s->organisation;
	const struct destination *d = organisation ? NULL : s->destination;
	const char *kept = s->item->place.name;
	const char *own = d ? destination_label(d) : kept;

	json_object(j);
	view_id(j, "id", prefix_of(s), n->id);
	json_key_string(
		j,
		"kind",
		organisation	  ? "organisation"
			: s->host ? "host"
				  : "destination"
	);
	json_key_string(j, "name", organisation ? organisation : s->host ? s->host : own);
	write_common(
		g,
		j,
		state_of(g, n->packets, n->dropped, n->last_s),
		d ? d->actions : 0,
		n,
		s->host	    ? 1
			: d ? d->names_count
			    : 0
	);
	json_key_string(j, "detail", s->host ? own : kept);
	if (organisation || s->host)
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
		actions &= graph_past_actions(g, &s[i]);
	}
	id_text("dev_", s->device->id, device);
	id_text(prefix_of(s), s->target, target);
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
		for (next = i + 1;
		     next < g->count && graph_past_by_target(&g->seen[i], &g->seen[next]) == 0;)
			next++;
		if (is_shown(g->devices, g->devices_count, g->seen[i].device->id)
		    && is_shown(g->targets, g->targets_count, g->seen[i].target))
			write_edge(g, &g->seen[i], next - i, j);
	}
}

void
graph_past_write_all(struct past *g, struct json *j) {
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
