// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/traffic.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/domain.h"
#include "control/export/spin/topics.h"
#include "control/history/history.h"
#include "control/link.h"
#include "platform/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counted {
	uint64_t flow;
	uint64_t packets, bytes;
};

struct row_key {
	uint64_t from, to;
	uint16_t from_port, to_port;
	uint8_t protocol, blocked;
	uint16_t pad;
};

struct row {
	struct row_key key;
	uint64_t size, count;
};

static const void *
counted_key(const void *item, size_t *ret_length) {
	const struct counted *c = item;

	*ret_length = sizeof c->flow;
	return &c->flow;
}

static const void *
row_key(const void *item, size_t *ret_length) {
	const struct row *r = item;

	*ret_length = sizeof r->key;
	return &r->key;
}

void
traffic_init(struct traffic_gather *g) {
	map_init(&g->counted, counted_key);
	map_init(&g->rows, row_key);
}

static void
empty(struct map *m) {
	for (size_t i = 0; i < m->capacity;) {
		void *item = m->slots[i];
		if (item) {
			map_remove(m, item);
			free(item);
		} else {
			i++;
		}
	}
}

void
traffic_fini(struct traffic_gather *g) {
	for (size_t i = 0; i < g->counted.capacity; i++)
		free(g->counted.slots[i]);
	for (size_t i = 0; i < g->rows.capacity; i++)
		free(g->rows.slots[i]);
	map_fini(&g->counted);
	map_fini(&g->rows);
}

void
traffic_drop(struct traffic_gather *g) {
	if (g->rows.count)
		empty(&g->rows);
	g->queries_count = 0;
}

// What came on top since it was looked at last.
static bool
news(struct traffic_gather *g, const struct flow *f, uint64_t *ret_count, uint64_t *ret_size) {
	uint64_t packets = f->wire.packets[0] + f->wire.packets[1];
	uint64_t bytes = f->wire.bytes[0] + f->wire.bytes[1];
	struct counted *c = map_find(&g->counted, &f->id, sizeof f->id);

	if (!c) {
		c = calloc(1, sizeof *c);
		if (!c)
			return false;
		c->flow = f->id;
		if (map_put(&g->counted, c) < 0) {
			free(c);
			return false;
		}
	}
	*ret_count = packets - c->packets;
	*ret_size = bytes - c->bytes;
	c->packets = packets;
	c->bytes = bytes;
	return *ret_count > 0;
}

static void
forget(struct traffic_gather *g, const struct flow *f) {
	struct counted *c = map_find(&g->counted, &f->id, sizeof f->id);

	if (c) {
		map_remove(&g->counted, c);
		free(c);
	}
}

static bool
is_private(const struct topics *t, const struct device *d) {
	return d && history_level(t->core->history, d) > 0;
}

static void
add(struct topics *t, const struct row_key *key, uint64_t count, uint64_t size) {
	struct map *rows = &t->gather.rows;
	struct row *r = map_find(rows, key, sizeof *key);

	if (!r) {
		r = rows->count < TRAFFIC_WAITING ? calloc(1, sizeof *r) : NULL;
		if (r) {
			r->key = *key;
			if (map_put(rows, r) < 0) {
				free(r);
				r = NULL;
			}
		}
	}
	if (!r) {
		t->stats.lost++;
		return;
	}
	r->count += count;
	r->size += size;
}

void
traffic_flow(struct topics *t, struct spin *s, const struct flow *f, enum export_flow what) {
	const struct wire_flow *w = &f->wire;
	uint64_t count, size;

	if (what == EXPORT_FLOW_GONE) {
		forget(&t->gather, f);
		return;
	}
	if (!news(&t->gather, f, &count, &size) || (w->family != 4 && w->family != 6))
		return;
	t->stats.reports[w->family == 6]++;
	struct spin_node from = spin_node_of_end(s, f, 0), to = spin_node_of_end(s, f, 1);
	if (!from.number || !to.number || is_private(t, from.device) || is_private(t, to.device))
		return;
	bool blocked = w->reason != REASON_NONE;
	unsigned int actions = spin_node_actions(&from) | spin_node_actions(&to)
		| (f->link ? f->link->actions : 0);
	// What is ignored is still told of when it is blocked: spin.md 4.4.
	if (!blocked && actions & ACTION_IGNORE)
		return;
	const struct row_key key = {
		.from = from.number,
		.to = to.number,
		.from_port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[0] : 0,
		.to_port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[1] : 0,
		.protocol = w->protocol,
		.blocked = blocked,
	};
	topics_show(t, &from);
	topics_show(t, &to);
	add(t, &key, count, size);
}

// A question alone makes a node, though nothing was ever sent there: spin.md 2.3 and 4.2.
static struct destination *
named(struct state *s, const struct wire_name *w, const char *names) {
	if (!w->asked)
		return destination_find_domain(s, domain_registrable(names));
	struct destination *to = destination_of_domain(s, domain_registrable(names));
	if (to)
		destination_add_name(to, names, clock_wall_of(w->seen_ns));
	return to;
}

void
traffic_name(struct topics *t, struct spin *s, const struct wire_name *w, const char *names) {
	struct traffic_gather *g = &t->gather;
	struct state *state = &t->core->state;
	struct device *d = device_by_mac(state, w->mac);

	if (w->source != SOURCE_DNS || !d || !names[0])
		return;
	t->stats.answers++;
	struct spin_node from = spin_node_of_device(s, d);
	if (!from.number || is_private(t, d) || from.device->actions & ACTION_IGNORE)
		return;
	struct spin_node asked = spin_node_of_destination(s, named(state, w, names));
	struct traffic_query q = {.from = from.number, .node = asked.number};
	if (!asked.number)
		return;
	snprintf(q.name, sizeof q.name, "%.255s.", names);
	for (size_t i = 0; i < g->queries_count; i++)
		if (g->queries[i].from == q.from && strcmp(g->queries[i].name, q.name) == 0)
			return; // several addresses are one question
	if (g->queries_count == TRAFFIC_NAMES) {
		t->stats.lost++;
		return;
	}
	topics_show(t, &from);
	topics_show(t, &asked);
	g->queries[g->queries_count++] = q;
}

// --- Messages ---

static void
write_end(const struct topics *t, const char *key, uint64_t number, struct json *j) {
	struct spin *s = spin_of(t->core);
	struct spin_node n = {.number = number};

	if (s && t->core->config->spin.flows == SPIN_FLOWS_NODES)
		n = spin_node_numbered(s, number);
	json_key(j, key);
	if (spin_node_is(&n))
		spin_node_write(s, &n, j);
	else
		json_u64(j, number);
}

static void
write_row(const struct topics *t, const struct row *r, struct json *j) {
	write_end(t, "from", r->key.from, j);
	write_end(t, "to", r->key.to, j);
	json_key_u64(j, "protocol", r->key.protocol);
	json_key_u64(j, "from_port", r->key.from_port);
	json_key_u64(j, "to_port", r->key.to_port);
	json_key_u64(j, "size", r->size);
	json_key_u64(j, "count", r->count);
}

static void
tell_queries(struct topics *t) {
	for (size_t i = 0; i < t->gather.queries_count; i++) {
		const struct traffic_query *q = &t->gather.queries[i];
		struct json j;
		json_init(&j);
		json_object(&j);
		json_key_string(&j, "command", "dnsquery");
		json_key(&j, "result");
		json_object(&j);
		write_end(t, "from", q->from, &j);
		write_end(t, "queriednode", q->node, &j);
		json_key_string(&j, "query", q->name);
		json_end(&j);
		json_end(&j);
		t->stats.queries++;
		topics_hold(t, &j);
	}
	t->gather.queries_count = 0;
}

static void
tell_blocked(struct topics *t, const struct row *r) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "command", "blocked");
	json_key(&j, "result");
	json_object(&j);
	write_row(t, r, &j);
	json_end(&j);
	json_end(&j);
	t->stats.blocked++;
	topics_hold(t, &j);
}

struct told {
	unsigned int flows, blocked;
	uint64_t size, count;
};

// Tells the rows that fit, each once, and takes them out.
static void
tell_rows(struct topics *t, struct json *j, struct told *n) {
	struct map *rows = &t->gather.rows;

	for (size_t i = 0; i < rows->capacity;) {
		struct row *r = rows->slots[i];
		bool fits = r
			&& (r->key.blocked ? n->blocked < TRAFFIC_BLOCKED
					   : n->flows < TRAFFIC_FLOWS && j->length < TRAFFIC_BYTES);
		if (!fits) {
			i++;
			continue;
		}
		if (r->key.blocked) {
			tell_blocked(t, r);
			n->blocked++;
		} else {
			json_object(j);
			write_row(t, r, j);
			json_end(j);
			n->flows++;
			n->size += r->size;
			n->count += r->count;
		}
		map_remove(rows, r); // something else may stand in this place now
		free(r);
	}
}

void
traffic_second(struct topics *t) {
	struct told n = {.flows = 0};
	struct json j;

	tell_queries(t);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "command", "traffic");
	json_key_string(&j, "argument", "");
	json_key(&j, "result");
	json_object(&j);
	json_key(&j, "flows");
	json_array(&j);
	tell_rows(t, &j, &n);
	json_end(&j);
	json_key_u64(&j, "timestamp", clock_wall_ns() / NS_PER_S);
	json_key_u64(&j, "total_size", n.size);
	json_key_u64(&j, "total_count", n.count);
	json_end(&j);
	json_end(&j);
	t->stats.sent += n.flows;
	t->stats.messages += n.flows > 0;
	if (n.flows > 0)
		topics_hold(t, &j);
	else
		json_free(&j);
}
