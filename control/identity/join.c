// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/join.h"

#include "control/array.h"
#include "control/state.h"

#include <stdlib.h>
#include <string.h>

static struct device *
whole_of(const struct state *s, const struct device *d) {
	struct device *whole =
		d->identity.choice.joined ? device_by_id(s, d->identity.choice.joined) : NULL;

	return whole && whole != d && !whole->identity.choice.joined ? whole : NULL;
}

struct device *
join_whole(const struct state *s, const struct device *d) {
	struct device *whole = whole_of(s, d);

	return whole ? whole : device_by_id(s, d->id);
}

bool
join_is_part(const struct state *s, const struct device *d) {
	return whole_of(s, d) != NULL;
}

bool
join_has_parts(const struct state *s, const struct device *d) {
	return join_next(s, d, d) != NULL;
}

struct device *
join_next(const struct state *s, const struct device *whole, const struct device *d) {
	size_t i = 0;

	if (s->joined_count == 0)
		return NULL;
	if (d != whole)
		i = array_position((void *const *)s->devices, s->devices_count, d->id + 1);
	for (; i < s->devices_count; i++)
		if (s->devices[i]->identity.choice.joined == whole->id && s->devices[i] != whole)
			return s->devices[i];
	return NULL;
}

struct join_sum
join_sum(const struct state *s, const struct device *whole, uint64_t now_ns) {
	struct join_sum all = {.first_seen_ns = whole->first_seen_ns};

	for (const struct device *d = whole; d; d = join_next(s, whole, d)) {
		traffic_add(&all.sum, &d->sum);
		all.first_seen_ns = MIN_OF(all.first_seen_ns, d->first_seen_ns);
		all.last_seen_ns = MAX_OF(all.last_seen_ns, d->last_seen_ns);
		all.rate_out += rate_read(&d->rate_out, now_ns);
		all.rate_in += rate_read(&d->rate_in, now_ns);
		all.online |= device_is_online(d, now_ns);
	}
	return all;
}

// The names that the station resolved lead to the links of another device from now on.
static void
move_peers(struct state *s, const struct device *station, struct device *to) {
	struct peer *p;
	struct peer *following;

	for (p = TAILQ_FIRST(&s->peers_by_age); p; p = following) {
		following = TAILQ_NEXT(p, by_age);
		if (p->device != station || !p->link)
			continue;
		struct link *l = link_get(s, to, p->link->destination);
		if (l)
			p->link = l;
		else
			peer_forget(s, p);
	}
}

static void
move_flow(struct flow *f, struct device *to, struct link *l) {
	if (f->link)
		TAILQ_REMOVE(&f->link->flows, f, of_link);
	f->link = l;
	f->device = to;
	f->changed = true;
	if (l)
		TAILQ_INSERT_TAIL(&l->flows, f, of_link);
}

// What was counted between the station and a destination is the whole's.
static void
move_link(struct state *s, struct link *from, struct device *whole) {
	struct link *to = link_get(s, whole, from->destination);
	struct flow *f;

	if (!to)
		return;
	traffic_add(&to->sum, &from->sum);
	while ((f = TAILQ_FIRST(&from->flows)))
		move_flow(f, whole, to);
	for (unsigned int i = 0; i < from->services_count; i++)
		link_add_service(
			to, (uint8_t)(from->services[i] >> 16), (uint16_t)from->services[i]
		);
	if (from->last_seen_ns > to->last_seen_ns) {
		to->last_seen_ns = from->last_seen_ns;
		to->refused = from->refused;
		to->rate = from->rate;
	}
	to->dns_seen_ns = MAX_OF(to->dns_seen_ns, from->dns_seen_ns);
	from->destination->changed = true;
	if (!from->actions) {
		link_drop(s, from);
		return;
	}
	// A rule of the station's own is about this pair: it stays, empty, until they part.
	from->sum = (struct traffic){0};
	from->last_seen_ns = from->dns_seen_ns = 0;
}

static void
move_links(struct state *s, const struct device *station, struct device *whole) {
	struct link **links = malloc((s->links.count + 1) * sizeof(struct link *));
	size_t n = 0;

	for (size_t i = 0; links && i < s->links.capacity; i++) {
		struct link *l = s->links.slots[i];
		if (l && l->device == station)
			links[n++] = l;
	}
	for (size_t i = 0; i < n; i++)
		move_link(s, links[i], whole);
	free(links);
}

// Conversations that go on are the station's again; what was counted so far stays where it is.
static void
take_flows(struct state *s, struct device *station, const struct device *whole) {
	struct flow *f;

	TAILQ_FOREACH (f, &s->flows_by_age, by_age) {
		const uint8_t *mac = f->wire.mac[1 - f->remote];
		if (f->device != whole || memcmp(mac, station->mac, 6) != 0)
			continue;
		struct link *l = f->link ? link_get(s, station, f->link->destination) : NULL;
		move_flow(f, station, l);
		if (!l)
			f->counted = (struct traffic){0};
	}
}

static void
tell_gone(struct state *s, const struct device *d) {
	if (s->devices_removed_count < sizeof s->devices_removed / sizeof s->devices_removed[0])
		s->devices_removed[s->devices_removed_count++] = d->id;
}

void
join_set(struct state *s, struct device *d, uint64_t id) {
	struct device *whole = id ? device_by_id(s, id) : NULL;
	struct device *before = whole_of(s, d);

	if (before == whole)
		return;
	if (before) {
		d->identity.choice.joined = 0;
		s->joined_count--;
		move_peers(s, d, d);
		take_flows(s, d, before);
		before->changed = true;
	}
	if (whole) {
		d->identity.choice.joined = id;
		s->joined_count++;
		move_peers(s, d, whole);
		move_links(s, d, whole);
		whole->changed = true;
		tell_gone(s, d);
	}
	d->changed = d->dirty = true;
}
