// SPDX-License-Identifier: BSD-3-Clause

#include "control/link.h"

#include "control/action.h"
#include "control/history/history.h"
#include "control/state.h"

#include <stdlib.h>

struct link *
link_find(const struct state *s, const struct device *d, const struct destination *to) {
	const struct link_key key = {.device = d->id, .destination = to->id};

	return map_find(&s->links, &key, sizeof key);
}

struct link *
link_get(struct state *s, struct device *d, struct destination *to) {
	struct link *l = link_find(s, d, to);

	if (l)
		return l;
	l = calloc(1, sizeof *l);
	if (!l)
		return NULL;
	l->key = (struct link_key){.device = d->id, .destination = to->id};
	l->device = d;
	l->destination = to;
	TAILQ_INIT(&l->flows);
	if (map_put(&s->links, l) < 0) {
		free(l);
		return NULL;
	}
	LIST_INSERT_HEAD(&to->links, l, of_destination);
	return l;
}

void
link_add_service(struct link *l, uint8_t protocol, uint16_t port) {
	uint32_t service = (uint32_t)protocol << 16 | port;

	for (unsigned int i = 0; i < l->services_count; i++)
		if (l->services[i] == service)
			return;
	if (l->services_count < LINK_SERVICES_MAX)
		l->services[l->services_count++] = service;
}

void
link_move(struct state *s, struct link *from, struct link *to) {
	struct flow *f;

	history_move(s->history, from->device, from->destination, to->destination);
	traffic_add(&to->sum, &from->sum);
	traffic_add(&to->destination->sum, &from->sum);
	while ((f = TAILQ_FIRST(&from->flows))) {
		TAILQ_REMOVE(&from->flows, f, of_link);
		TAILQ_INSERT_TAIL(&to->flows, f, of_link);
		f->link = to;
		f->changed = true;
	}
	for (unsigned int i = 0; i < from->services_count; i++)
		link_add_service(
			to, (uint8_t)(from->services[i] >> 16), (uint16_t)from->services[i]
		);
	if (from->last_seen_ns > to->last_seen_ns) {
		to->last_seen_ns = from->last_seen_ns;
		to->refused = from->refused;
		to->rate = from->rate;
	}
	if (from->last_seen_ns > to->destination->last_seen_ns)
		to->destination->last_seen_ns = from->last_seen_ns;

	struct destination *old = from->destination;
	old->sum = traffic_since(&old->sum, &from->sum);
	old->changed = true;
	if (from->actions) { // somebody decided about this pair: it stays, empty
		from->sum = (struct traffic){0};
		from->last_seen_ns = 0;
		return;
	}
	link_drop(s, from);
	if (LIST_EMPTY(&old->links) && !destination_is_held(old) && !old->peers)
		destination_drop(s, old);
}

void
link_drop(struct state *s, struct link *l) {
	struct flow *f;

	while ((f = TAILQ_FIRST(&l->flows))) {
		TAILQ_REMOVE(&l->flows, f, of_link);
		f->link = NULL;
		f->counted = (struct traffic){0}; // no sum has it any more
	}
	LIST_REMOVE(l, of_destination);
	map_remove(&s->links, l);
	free(l);
}
