// SPDX-License-Identifier: BSD-3-Clause

#include "control/flow.h"

#include "control/clock.h"
#include "control/domain.h"
#include "control/export/export.h"
#include "control/history/history.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/learn/learning.h"
#include "control/state.h"

#include <stdlib.h>
#include <string.h>

static bool
is_home(uint8_t side) {
	return side == SIDE_LAN || side == SIDE_HOST;
}

// The device is the home's end; between two of the home's it is the one that began.
static void
find_ends(struct state *s, struct flow *f) {
	const struct wire_flow *w = &f->wire;
	unsigned int home = is_home(w->side[0]) ? 0 : 1;

	f->remote = (uint8_t)(1 - home);
	struct device *d = is_home(w->side[home]) ? device_get(s, w->mac[home]) : NULL;
	f->device = d ? join_whole(s, d) : NULL;
}

const struct peer *
flow_peer(const struct state *s, const struct flow *f) {
	const struct wire_flow *w = &f->wire;
	const struct device *station = device_by_mac(s, w->mac[1 - f->remote]);

	return station ? peer_find(s, station, w->family, w->address[f->remote]) : NULL;
}

void
flow_chain_note(struct state *s, uint32_t chain, const char *names, size_t length) {
	struct flow_chain *c = &s->flow_chains[chain % FLOW_CHAINS];
	char *copy = length <= UINT16_MAX ? malloc(length + 1) : NULL;

	if (!copy)
		return;
	memcpy(copy, names, length);
	free(c->names);
	*c = (struct flow_chain){chain, (uint16_t)length, copy};
}

// What the dataplane judged it by, not what its address is called since.
static void
take_names(const struct state *s, struct flow *f) {
	const struct flow_chain *c = &s->flow_chains[f->wire.chain % FLOW_CHAINS];
	char *copy;

	if (f->wire.chain == 0 || f->wire.chain == f->named_by || c->chain != f->wire.chain
	    || !(copy = malloc(c->length + 1u)))
		return;
	memcpy(copy, c->names, c->length);
	free(f->names);
	f->names = copy;
	f->names_length = c->length;
	f->named_by = c->chain;
}

static struct destination *
destination_of(struct state *s, const struct flow *f) {
	const uint8_t *address = f->wire.address[f->remote];
	const struct peer *p = flow_peer(s, f);

	if (f->names && p)
		return destination_of_domain(s, domain_registrable(f->names));
	return p ? p->link->destination : destination_of_address(s, f->wire.family, address);
}

static void
find_link(struct state *s, struct flow *f) {
	if (!f->device || (f->wire.family != 4 && f->wire.family != 6))
		return;
	struct destination *to = destination_of(s, f);
	f->link = to ? link_get(s, f->device, to) : NULL;
	if (f->link)
		TAILQ_INSERT_TAIL(&f->link->flows, f, of_link);
}

void
flow_forget(struct state *s, struct flow *f) {
	history_flow_gone(s->history, f);
	exports_flow(s->exports, f, EXPORT_FLOW_GONE);
	if (f->link)
		TAILQ_REMOVE(&f->link->flows, f, of_link);
	TAILQ_REMOVE(&s->flows_by_age, f, by_age);
	TAILQ_REMOVE(&s->flows_by_birth, f, by_birth);
	map_remove(&s->flows, f);
	free(f->names);
	free(f);
}

static struct flow *
flow_new(struct state *s, const struct wire_flow *w) {
	if (s->flows.count >= FLOWS_MAX)
		flow_forget(s, TAILQ_FIRST(&s->flows_by_age));
	struct flow *f = calloc(1, sizeof *f + sizeof *f->told);
	if (!f)
		return NULL;
	f->told = (struct flow_told *)(f + 1);
	f->id = id_new();
	f->wire = *w;
	community_id(w, f->community);
	if (map_put(&s->flows, f) < 0) {
		free(f);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&s->flows_by_age, f, by_age);
	TAILQ_INSERT_TAIL(&s->flows_by_birth, f, by_birth);
	f->first_seen_ns = clock_wall_of(w->first_seen_ns);
	find_ends(s, f);
	return f;
}

// Asked for by people alone, so it has no index: as far as the list of them goes.
const struct flow *
flow_by_id(const struct state *s, uint64_t id) {
	const struct flow *f;

	TAILQ_FOREACH_REVERSE(f, &s->flows_by_birth, flow_list, by_birth)
	if (f->id <= id)
		return f->id == id ? f : NULL;
	return NULL;
}

struct traffic
flow_traffic(const struct flow *f) {
	unsigned int out = f->remote == 1 ? 0 : 1;

	return (struct traffic){
		.packets_out = f->wire.packets[out],
		.bytes_out = f->wire.bytes[out],
		.packets_in = f->wire.packets[!out],
		.bytes_in = f->wire.bytes[!out],
	};
}

static void
count(struct state *s, struct flow *f, bool moved) {
	const struct traffic now = flow_traffic(f);
	struct traffic more = traffic_since(&now, &f->counted);
	uint64_t packets = more.packets_out + more.packets_in;
	uint64_t bytes = more.bytes_out + more.bytes_in;

	// A destination that made room comes back when there is something to count, and only
	// then: the end of thousands of old flows must not push out what is alive.
	if (!f->link && moved)
		find_link(s, f);
	history_see_flow(s->history, f);
	if (!f->link)
		return;
	f->counted = now;
	struct link *l = f->link;
	struct destination *to = l->destination;
	more.dropped = f->wire.reason == REASON_NONE ? 0 : packets;
	l->refused = f->wire.reason != REASON_NONE;
	traffic_add(&l->sum, &more);
	traffic_add(&to->sum, &more);
	l->last_seen_ns = MAX_OF(l->last_seen_ns, f->last_seen_ns);
	if (to->last_seen_ns == 0)
		to->dirty = to->visible = true;
	to->last_seen_ns = MAX_OF(to->last_seen_ns, f->last_seen_ns);
	if (packets == 0)
		return;
	uint64_t wall = clock_wall_ns();
	if (f->reported || f->first_seen_ns + RATE_NEW_NS > wall) {
		rate_add(&l->rate, bytes, wall);
		rate_add(&to->rate, bytes, wall);
	}
	f->reported = true;
	destination_touch(s, to);
	if (f->wire.flags & WIRE_FLOW_HAS_PORTS)
		link_add_service(l, f->wire.protocol, f->wire.port[1]);
	else
		link_add_service(l, f->wire.protocol, 0);
}

static enum export_flow
what_of(const struct flow *f, bool is_new) {
	if (f->ended)
		return EXPORT_FLOW_CLOSED;
	return is_new ? EXPORT_FLOW_NEW : EXPORT_FLOW_MOVED;
}

void
flow_observe(struct state *s, const struct wire_flow *w) {
	struct flow *f = map_find(&s->flows, &w->id, sizeof w->id);
	bool moved = !f || memcmp(f->wire.packets, w->packets, sizeof w->packets) != 0;

	bool is_new = !f;
	uint64_t before = f ? f->wire.packets[0] + f->wire.packets[1] : 0;
	if (!f) {
		f = flow_new(s, w);
		if (!f)
			return;
	} else {
		f->wire = *w;
		if (!f->device)
			find_ends(s, f);
		TAILQ_REMOVE(&s->flows_by_age, f, by_age);
		TAILQ_INSERT_TAIL(&s->flows_by_age, f, by_age);
	}
	take_names(s, f);
	f->last_seen_ns = clock_wall_of(w->last_seen_ns);
	f->ended = w->flags & WIRE_FLOW_ENDED;
	f->changed = true;
	if (moved)
		identity_see_flow(s, f);
	count(s, f, moved);
	if (f->ended)
		history_flow_closed(s->history, f);
	exports_flow(s->exports, f, what_of(f, is_new));
	if (moved)
		learn_see(s, f, w->packets[0] + w->packets[1] - before, is_new);
}

void
flow_end_all(struct state *s) {
	struct flow *f;

	TAILQ_FOREACH (f, &s->flows_by_age, by_age)
		if (!f->ended)
			f->ended = f->changed = true;
}

void
flow_forget_all(struct state *s) {
	struct flow *f;

	while ((f = TAILQ_FIRST(&s->flows_by_age)))
		flow_forget(s, f);
	for (size_t i = 0; i < FLOW_CHAINS; i++)
		free(s->flow_chains[i].names);
	memset(s->flow_chains, 0, sizeof s->flow_chains);
}
