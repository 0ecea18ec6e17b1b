// SPDX-License-Identifier: BSD-3-Clause
// Each flow and device remembers how far its counters were taken.  With the batch goes how far that
// was, so that after a restart, or a kill, what the dataplane counted meanwhile is taken once.

#include "control/clock.h"
#include "control/core.h"
#include "control/geo/geo.h"
#include "control/history/own.h"
#include "control/identity/join.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 16384
#define FLOWS_MAX_GATHERED 8192
#define BASES_MAX 131072

#define KEY_OF(type)                                                                               \
	static const void *type##_key(const void *item, size_t *ret_length) {                      \
		*ret_length = sizeof(struct feed_##type##_key);                                    \
		return &((const struct feed_##type *)item)->key;                                   \
	}
KEY_OF(row)
KEY_OF(place)
KEY_OF(base)

static const void *
total_key(const void *item, size_t *ret_length) {
	*ret_length = sizeof(uint64_t);
	return &((const struct feed_total *)item)->device;
}

static void
empty(struct map *m, map_key key) {
	for (size_t i = 0; i < m->capacity; i++)
		free(m->slots[i]);
	map_fini(m);
	map_init(m, key);
}

static struct history_batch *
batch_new(void) {
	struct history_batch *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->places = calloc(1, sizeof *b->places); // the place of all that has none
	b->places_count = 1;
	if (b->places)
		return b;
	free(b);
	return NULL;
}

int
feed_init(struct feed *f) {
	*f = (struct feed){.next = batch_new()};
	map_init(&f->rows, row_key);
	map_init(&f->totals, total_key);
	map_init(&f->places, place_key);
	map_init(&f->bases, base_key);
	return f->next ? 0 : -ENOMEM;
}

void
feed_fini(struct feed *f) {
	empty(&f->rows, row_key);
	empty(&f->totals, total_key);
	empty(&f->places, place_key);
	empty(&f->bases, base_key);
	batch_free(f->next);
	f->next = NULL;
}

void
feed_clear_bases(struct feed *f) {
	empty(&f->bases, base_key);
}

struct history_batch *
feed_begin_next(struct feed *f) {
	struct history_batch *b = f->next;

	f->next = batch_new();
	empty(&f->rows, row_key);
	empty(&f->totals, total_key);
	empty(&f->places, place_key);
	return b;
}

bool
feed_is_full(const struct feed *f) {
	return f->rows.count > ROWS_MAX / 2
		|| (f->next && f->next->flows_count > FLOWS_MAX_GATHERED / 2);
}

unsigned int
history_level(const struct history *h, const struct device *d) {
	uint64_t own = d ? d->identity.choice.privacy : 0;

	if (!h)
		return own ? (unsigned int)own - 1 : 0;
	uint64_t home = h->core->state.privacy;

	return (unsigned int)(own ? own - 1 : home ? home - 1 : h->config->level);
}

// --- Places ---

static void
describe(struct history *h, const struct destination *d, bool coarse, struct batch_place *ret) {
	const char *name = d->name;
	char country[3];

	*ret = (struct batch_place){.kind = PLACE_OTHER};
	if (!coarse) {
		ret->kind = d->kind == DESTINATION_DOMAIN ? PLACE_DOMAIN : PLACE_ADDRESS;
		ret->id = d->id;
	} else if ((name = destination_organisation(&h->core->state, d))) {
		ret->kind = PLACE_ORGANISATION;
	} else if (!d->local && h->core->geo) {
		for (unsigned int i = 0; i < d->addresses_count && ret->kind == PLACE_OTHER; i++) {
			const struct destination_address *a = &d->addresses[i];
			if (geo_country(h->core->geo, a->family, a->address, country)) {
				ret->kind = PLACE_COUNTRY;
				name = country;
			}
		}
	}
	ret->name = ret->kind == PLACE_OTHER ? NULL : strdup(name);
	if (!ret->name)
		ret->kind = PLACE_OTHER;
}

// 0, the place of all that has none, when there is nothing better.
uint32_t
feed_place(struct history *h, const struct destination *d, bool coarse) {
	struct feed *f = &h->feed;

	if (!d || !f->next)
		return 0;
	const struct feed_place_key key = {.destination = d->id, .coarse = coarse};
	struct feed_place *p = map_find(&f->places, &key, sizeof key);
	if (p)
		return p->index;
	struct history_batch *b = f->next;
	struct batch_place *more = realloc(b->places, (b->places_count + 1) * sizeof *more);
	p = malloc(sizeof *p);
	if (more)
		b->places = more;
	if (!more || !p) {
		free(p);
		return 0;
	}
	*p = (struct feed_place){.key = key, .index = (uint32_t)b->places_count};
	if (map_put(&f->places, p) < 0) {
		free(p);
		return 0;
	}
	describe(h, d, coarse, &b->places[b->places_count++]);
	return p->index;
}

// --- Counts ---

static void
add_row(struct feed *f, const struct feed_row_key *key, const struct history_counts *more) {
	struct feed_row *r = map_find(&f->rows, key, sizeof *key);

	if (!r && f->rows.count >= ROWS_MAX && key->place != 0) {
		const struct feed_row_key other = {.device = key->device};
		add_row(f, &other, more);
		return;
	}
	if (!r) {
		r = calloc(1, sizeof *r);
		if (!r)
			return;
		r->key = *key;
		if (map_put(&f->rows, r) < 0) {
			free(r);
			return;
		}
	}
	counts_add(&r->counts, more);
}

static void
add_total(struct feed *f, uint64_t device, const struct history_counts *more) {
	struct feed_total *t = map_find(&f->totals, &device, sizeof device);

	if (!t) {
		t = calloc(1, sizeof *t);
		if (!t)
			return;
		t->device = device;
		if (map_put(&f->totals, t) < 0) {
			free(t);
			return;
		}
	}
	counts_add(&t->counts, more);
}

// What was taken of it before we knew it, once; false: nothing.
static bool
take_base(struct feed *f, enum base_kind kind, uint64_t id, struct traffic *ret) {
	const struct feed_base_key key = {.kind = kind, .id = id};
	struct feed_base *b = f->bases.count ? map_find(&f->bases, &key, sizeof key) : NULL;

	*ret = (struct traffic){0};
	if (!b)
		return false;
	*ret = b->counted;
	map_remove(&f->bases, b);
	free(b);
	return true;
}

void
feed_put_base(struct feed *f, enum base_kind kind, uint64_t id, const struct traffic *t) {
	const struct feed_base_key key = {.kind = kind, .id = id};
	struct feed_base *b = map_find(&f->bases, &key, sizeof key);

	if (b) {
		b->counted = *t;
		return;
	}
	if (f->bases.count >= BASES_MAX || !(b = malloc(sizeof *b)))
		return;
	*b = (struct feed_base){.key = key, .counted = *t};
	if (map_put(&f->bases, b) < 0)
		free(b);
}

static struct history_counts
counts_of(const struct traffic *t) {
	return (struct history_counts){
		.packets_out = t->packets_out,
		.bytes_out = t->bytes_out,
		.packets_in = t->packets_in,
		.bytes_in = t->bytes_in,
		.dropped = t->dropped,
	};
}

uint32_t
history_service(const struct flow *f) {
	uint16_t port = f->wire.flags & WIRE_FLOW_HAS_PORTS ? f->wire.port[1] : 0;

	return (uint32_t)f->wire.protocol << 16 | port;
}

void
history_see_flow(struct history *h, struct flow *f) {
	bool begins = false;

	if (!h || !f->device)
		return;
	const struct traffic now = flow_traffic(f);
	if (!f->kept_known) {
		f->kept_known = true;
		begins = !take_base(&h->feed, BASE_FLOW, f->wire.id, &f->kept);
	}
	const struct traffic more = traffic_since(&now, &f->kept);
	struct history_counts counts = counts_of(&more);
	counts.flows = begins;
	if (f->wire.reason != REASON_NONE)
		counts.dropped = more.packets_out + more.packets_in;
	if (counts_are_zero(&counts))
		return;
	f->kept = now;
	f->kept_moved = true;
	unsigned int level = history_level(h, f->device);
	if (level >= 3)
		return;
	const struct feed_row_key key = {
		.device = f->device->id,
		.place = feed_place(h, f->link ? f->link->destination : NULL, level >= 2),
		.service = history_service(f),
	};
	add_row(&h->feed, &key, &counts);
}

static uint64_t
mac_number(const uint8_t mac[6]) {
	uint64_t n = 0;

	memcpy(&n, mac, 6);
	return n;
}

void
history_see_device(struct history *h, struct device *d, const struct traffic *now) {
	if (!h)
		return;
	if (!d->kept_known) {
		d->kept_known = true;
		take_base(&h->feed, BASE_DEVICE, mac_number(d->mac), &d->kept);
	}
	const struct traffic more = traffic_since(now, &d->kept);
	const struct history_counts counts = counts_of(&more);
	if (counts_are_zero(&counts))
		return;
	d->kept = *now;
	d->kept_moved = true;
	add_total(&h->feed, join_whole(&h->core->state, d)->id, &counts);
}

void
history_flow_gone(struct history *h, struct flow *f) {
	if (h && f->kept_known && !f->closed)
		feed_put_base(&h->feed, BASE_FLOW, f->wire.id, &f->kept);
}

// --- Closed connections ---

static uint64_t
age_s(uint64_t since_ns) {
	uint64_t now = clock_wall_ns();

	return since_ns < now ? (now - since_ns) / NS_PER_S : 0;
}

void
history_flow_closed(struct history *h, struct flow *f) {
	if (!h || f->closed || !f->device || !h->feed.next)
		return;
	f->closed = true;
	struct history_batch *b = h->feed.next;
	unsigned int level = history_level(h, f->device);
	if (level >= 3)
		return;
	struct flow_row *more = NULL;
	if (b->flows_count < FLOWS_MAX_GATHERED)
		more = realloc(b->flows, (b->flows_count + 1) * sizeof *more);
	if (!more) {
		h->feed.lost_flows++;
		return;
	}
	b->flows = more;
	const struct destination *to = f->link ? f->link->destination : NULL;
	const struct peer *p = flow_peer(&h->core->state, f);
	const struct traffic t = flow_traffic(f);
	struct flow_row *row = &more[b->flows_count++];
	*row = (struct flow_row){
		.id = f->id,
		.device = f->device->id,
		.place = feed_place(h, to, false),
		.place_2 = feed_place(h, to, true),
		.started_ns = f->first_seen_ns,
		.ended_ns = f->last_seen_ns,
		.service = history_service(f),
		.family = f->wire.family,
		.reason = f->wire.reason,
		.inward = f->remote == 0,
		.counts = counts_of(&t),
		.port = f->wire.flags & WIRE_FLOW_HAS_PORTS ? f->wire.port[!f->remote] : 0,
		.has_address = true,
	};
	memcpy(row->address, f->wire.address[f->remote], sizeof row->address);
	memcpy(row->community, f->community, sizeof row->community);
	if (p)
		memcpy(row->name, p->names, strnlen(p->names, FLOW_NAME_MAX));
	uint64_t age = age_s(f->first_seen_ns);
	if (age >= h->config->domain_after_s)
		level = MAX_OF(level, 1);
	if (age >= h->config->organisation_after_s)
		level = MAX_OF(level, 2);
	flow_row_lower(row, level, to && to->kind == DESTINATION_DOMAIN);
}
