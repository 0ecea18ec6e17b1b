// SPDX-License-Identifier: BSD-3-Clause
// An address got its name a moment after its first packets (a server name in a hello): what is not
// written yet is the name's.  What was written stays the address's.

#include "control/core.h"
#include "control/history/own.h"

#include <stdlib.h>
#include <string.h>

#define MOVED_AT_ONCE 64 // services of one device with one destination

static void
move_in_feed(struct history *h, const struct device *d, uint32_t from, uint32_t to) {
	struct feed_row *moved[MOVED_AT_ONCE];
	struct map *rows = &h->feed.rows;
	size_t count = 0;

	for (size_t i = 0; i < rows->capacity && count < MOVED_AT_ONCE; i++) {
		struct feed_row *r = rows->slots[i];
		if (r && r->key.device == d->id && r->key.place == from)
			moved[count++] = r;
	}
	for (size_t i = 0; i < count; i++) {
		struct feed_row *r = moved[i];
		map_remove(rows, r);
		r->key.place = to;
		struct feed_row *other = map_find(rows, &r->key, sizeof r->key);
		if (other)
			counts_add(&other->counts, &r->counts);
		if (other || map_put(rows, r) < 0)
			free(r);
	}
}

static void
move_in_flows(struct history_batch *b, const struct device *d, uint32_t from, uint32_t to) {
	for (size_t i = 0; i < b->flows_count; i++)
		if (b->flows[i].device == d->id && b->flows[i].place == from)
			b->flows[i].place = to;
}

// Its index in a batch that was gathered; 0: it is not in there.
static uint32_t
index_of(const struct history_batch *b, uint64_t id) {
	for (size_t i = 1; i < b->places_count; i++)
		if (b->places[i].id == id)
			return (uint32_t)i;
	return 0;
}

static uint32_t
add_place(struct history_batch *b, const struct destination *to) {
	struct batch_place *more = realloc(b->places, (b->places_count + 1) * sizeof *more);

	if (!more)
		return 0;
	b->places = more;
	more[b->places_count] =
		(struct batch_place){.kind = PLACE_DOMAIN, .id = to->id, .name = strdup(to->name)};
	return more[b->places_count].name ? (uint32_t)b->places_count++ : 0;
}

static void
move_in_batch(
	struct history_batch *b,
	const struct device *d,
	const struct destination *from,
	const struct destination *to
) {
	uint32_t was = index_of(b, from->id);
	uint32_t is = was ? index_of(b, to->id) : 0;

	if (!was || (!is && !(is = add_place(b, to))))
		return;
	for (size_t i = 0; i < b->rows_count; i++)
		if (b->rows[i].device == d->id && b->rows[i].place == was)
			b->rows[i].place = is;
	move_in_flows(b, d, was, is);
}

void
history_move(
	struct history *h,
	const struct device *d,
	const struct destination *from,
	const struct destination *to
) {
	if (!h || !h->feed.next || history_level(h, d) >= 2)
		return;
	const struct feed_place_key key = {.destination = from->id};
	const struct feed_place *p = map_find(&h->feed.places, &key, sizeof key);
	if (p) {
		uint32_t is = feed_place(h, to, false);
		move_in_feed(h, d, p->index, is);
		move_in_flows(h->feed.next, d, p->index, is);
	}
	for (struct history_batch *b = h->gathered; b; b = b->next)
		move_in_batch(b, d, from, to);
}
