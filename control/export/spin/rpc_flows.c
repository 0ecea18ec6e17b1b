// SPDX-License-Identifier: BSD-3-Clause
// What one device talked to: the flows that are held, by the other node, its port and ICMP type.

#include "control/core.h"
#include "control/export/spin/rpc_own.h"
#include "control/identity/join.h"
#include "control/link.h"
#include "platform/base.h"

#include <stdlib.h>

#define ROWS_MAX 4096

struct row {
	uint64_t to;
	unsigned int port, icmp;
	uint64_t packets, bytes, seen_ns;
	bool blocked;
};

struct rows {
	struct row *at;
	size_t count, room;
};

static int
by_key(const void *a, const void *b) {
	const struct row *x = a, *y = b;

	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return x->icmp < y->icmp ? -1 : x->icmp > y->icmp;
}

// Those that are the same stand side by side then: the first takes them all.
static void
merge(struct rows *r) {
	size_t n = 0;

	if (r->count)
		qsort(r->at, r->count, sizeof *r->at, by_key);
	for (size_t i = 0; i < r->count; i++) {
		if (n == 0 || by_key(&r->at[n - 1], &r->at[i]) != 0) {
			r->at[n++] = r->at[i];
			continue;
		}
		struct row *into = &r->at[n - 1];
		into->packets += r->at[i].packets;
		into->bytes += r->at[i].bytes;
		into->seen_ns = MAX_OF(into->seen_ns, r->at[i].seen_ns);
		into->blocked |= r->at[i].blocked;
	}
	r->count = n;
}

static bool
add(struct rows *r, const struct row *row) {
	if (r->count == r->room)
		merge(r);
	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 256;
		struct row *at = reallocarray(r->at, room, sizeof *at);
		if (!at)
			return false;
		r->at = at;
		r->room = room;
	}
	r->at[r->count++] = *row;
	return true;
}

// The other end as this device sees it; no node: the flow is another's.
static struct spin_node
other_end(struct spin *s, const struct device *d, const struct flow *f) {
	const struct state *state = &s->core->state;

	for (unsigned int e = 0; e < 2; e++) {
		const struct device *x =
			f->wire.side[e] == SIDE_WAN ? NULL : device_by_mac(state, f->wire.mac[e]);
		bool own = x ? join_whole(state, x) == d
			     : f->device && e != f->remote && join_whole(state, f->device) == d;
		if (own)
			return spin_node_of_end(s, f, 1 - e);
	}
	return (struct spin_node){.number = 0};
}

static bool
gather(struct rpc_call *c, const struct device *d, struct rows *r) {
	struct spin *s = c->spin;
	const struct flow *f;

	TAILQ_FOREACH_REVERSE(f, &s->core->state.flows_by_age, flow_list, by_age) {
		struct spin_node n = other_end(s, d, f);
		const struct wire_flow *w = &f->wire;
		if (!n.number)
			continue;
		struct row row = {
			.to = n.number,
			.port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[1] : 0,
			.icmp = w->icmp_type,
			.packets = w->packets[0] + w->packets[1],
			.bytes = w->bytes[0] + w->bytes[1],
			.seen_ns = f->last_seen_ns,
			.blocked = f->link && f->link->actions & ACTION_BLOCK,
		};
		if (!add(r, &row))
			return false;
		if (r->count >= ROWS_MAX) {
			merge(r);
			if (r->count >= ROWS_MAX)
				break; // the newest are there
		}
	}
	return true;
}

void
rpc_list_device_flows(struct rpc_call *c, struct json *j) {
	const struct device *d = spin_device(c->spin, c->param[0].text);
	struct rows r = {.at = NULL};

	if (!d) {
		rpc_fail(c, -1, "Device not found");
		return;
	}
	j->failed |= !gather(c, d, &r);
	merge(&r);
	json_array(j);
	for (size_t i = 0; i < r.count; i++) {
		const struct row *row = &r.at[i];
		json_object(j);
		json_key_u64(j, "to", row->to);
		json_key_u64(j, "dst_port", row->port);
		json_key_u64(j, "icmp_type", row->icmp);
		if (row->blocked) {
			json_key_u64(j, "blocked", 1);
		} else {
			json_key_u64(j, "packets", row->packets);
			json_key_u64(j, "bytes", row->bytes);
			json_key_u64(j, "lastseen", row->seen_ns / NS_PER_S);
		}
		json_end(j);
	}
	json_end(j);
	free(r.at);
}
