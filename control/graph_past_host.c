// SPDX-License-Identifier: BSD-3-Clause
// The hosts of a window that is over: connections that were closed in it, or are open still, say by
// which name they were asked for.
//
// They share out what the rows of the history counted, none more than there is, so that each frame
// is counted once; what no connection explains (one whose name was not kept) stays with its domain.

#include "control/core.h"
#include "control/graph_past.h"
#include "control/history/history.h"
#include "control/peer.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shares {
	struct history_answer *rows; // by row; what is left of them
	struct past_host *hosts;
	size_t count;
};

static int
by_row(const void *one, const void *other) {
	const struct history_item *a = one, *b = other;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	if (a->place.kind != b->place.kind)
		return a->place.kind < b->place.kind ? -1 : 1;
	return strcmp(a->place.name, b->place.name);
}

static int
by_host(const void *one, const void *other) {
	const struct past_host *a = one, *b = other;
	int row = by_row(&a->item, &b->item);

	return row ? row : strcmp(a->name, b->name);
}

static uint64_t
take(uint64_t *left, uint64_t wanted) {
	uint64_t taken = MIN_OF(*left, wanted);

	*left -= taken;
	return taken;
}

static struct history_counts
take_counts(struct history_counts *left, const struct history_counts *wanted) {
	return (struct history_counts){
		.packets_out = take(&left->packets_out, wanted->packets_out),
		.bytes_out = take(&left->bytes_out, wanted->bytes_out),
		.packets_in = take(&left->packets_in, wanted->packets_in),
		.bytes_in = take(&left->bytes_in, wanted->bytes_in),
		.dropped = take(&left->dropped, wanted->dropped),
		.flows = take(&left->flows, wanted->flows),
	};
}

static bool
has_moved(const struct history_counts *c) {
	return c->packets_out || c->packets_in || c->bytes_out || c->bytes_in;
}

// What a connection moved, as far as its row has that still.
static void
share(struct shares *s, const struct history_item *flow, const char *name) {
	struct history_answer *rows = s->rows;
	struct history_item *row =
		bsearch(flow, rows->items, rows->items_count, sizeof *flow, by_row);

	if (!row || !has_moved(&row->counts))
		return;
	struct past_host *h = &s->hosts[s->count++];
	*h = (struct past_host){.item = *row, .name = name};
	h->item.counts = take_counts(&row->counts, &flow->counts);
	h->item.last_s = MIN_OF(row->last_s, flow->last_s);
}

// By which name it was asked for, or its address; the address needs a place to stand.
static const char *
name_of(struct flow_row *f) {
	char address[TEXT_ADDRESS];

	if (!f->name[0] && f->has_address)
		snprintf(
			f->name, sizeof f->name, "%s", text_address(f->family, f->address, address)
		);
	return f->name[0] ? f->name : NULL;
}

static void
share_closed(struct shares *s, struct flows_item *f) {
	const struct history_item item = {
		.device = f->row.device,
		.place = f->place,
		.service = f->row.service,
		.counts = f->row.counts,
		.last_s = f->row.ended_ns / NS_PER_S,
	};
	const char *name = f->place.kind == PLACE_DOMAIN ? name_of(&f->row) : NULL;

	if (name)
		share(s, &item, name);
}

static void
share_open(struct shares *s, const struct core *c, const struct flow *f) {
	const struct destination *to = f->link ? f->link->destination : NULL;
	const struct peer *p = f->names ? NULL : flow_peer(&c->state, f);
	const char *name = f->names ? f->names : p ? p->names : NULL;

	if (f->closed || !name || !to || to->kind != DESTINATION_DOMAIN
	    || f->first_seen_ns >= s->rows->to_s * NS_PER_S
	    || f->last_seen_ns < s->rows->from_s * NS_PER_S)
		return;
	const struct traffic t = flow_traffic(f);
	struct history_item item = {
		.device = f->device->id,
		.place = {.kind = PLACE_DOMAIN},
		.service = history_service(f),
		.counts =
			{.packets_out = t.packets_out,
			 .bytes_out = t.bytes_out,
			 .packets_in = t.packets_in,
			 .bytes_in = t.bytes_in,
			 .dropped = t.dropped},
		.last_s = f->last_seen_ns / NS_PER_S,
	};
	snprintf(item.place.name, sizeof item.place.name, "%s", to->name);
	share(s, &item, name);
}

static size_t
join_same(struct past_host *hosts, size_t count) {
	size_t kept = 0;

	qsort(hosts, count, sizeof *hosts, by_host);
	for (size_t i = 0; i < count; i++) {
		struct past_host *last = kept ? &hosts[kept - 1] : NULL;
		if (!last || by_host(last, &hosts[i]) != 0) {
			hosts[kept++] = hosts[i];
			continue;
		}
		counts_add(&last->item.counts, &hosts[i].item.counts);
		last->item.last_s = MAX_OF(last->item.last_s, hosts[i].item.last_s);
	}
	return kept;
}

static size_t
count_open(const struct core *c) {
	const struct flow *f;
	size_t count = 0;

	TAILQ_FOREACH (f, &c->state.flows_by_age, by_age)
		count++;
	return count;
}

bool
graph_past_hosts(
	const struct core *c,
	struct history_answer *rows,
	struct flows_answer *flows,
	struct past_host **ret,
	size_t *ret_count
) {
	size_t most = flows->count + count_open(c), kept = 0;
	struct shares s = {.rows = rows, .hosts = calloc(most + 1, sizeof *s.hosts)};
	const struct flow *f;

	if (!s.hosts)
		return false;
	qsort(rows->items, rows->items_count, sizeof *rows->items, by_row);
	for (size_t i = 0; i < flows->count; i++)
		share_closed(&s, &flows->items[i]);
	TAILQ_FOREACH (f, &c->state.flows_by_age, by_age)
		share_open(&s, c, f);
	for (size_t i = 0; i < rows->items_count; i++)
		if (has_moved(&rows->items[i].counts))
			rows->items[kept++] = rows->items[i];
	rows->items_count = kept;
	*ret = s.hosts;
	*ret_count = join_same(s.hosts, s.count);
	return true;
}
