// SPDX-License-Identifier: BSD-3-Clause

#include "control/destination.h"

#include "control/array.h"
#include "control/clock.h"
#include "control/domain.h"
#include "control/id.h"
#include "control/organisation.h"
#include "control/state.h"
#include "platform/text.h"

#include <stdlib.h>
#include <string.h>

static void
destination_free(struct destination *d) {
	for (unsigned int i = 0; i < d->names_count; i++)
		free(d->names[i].text);
	free(d->names);
	free(d->addresses);
	free(d->name);
	free(d);
}

bool
destination_is_held(const struct destination *d) {
	return d->rules || d->user_name[0];
}

// The one that was silent longest and that nobody decided about leaves.
static bool
make_room(struct state *s, enum destination_kind kind) {
	struct destination *d;

	if (s->of_kind[kind] < DESTINATIONS_MAX)
		return true;
	TAILQ_FOREACH (d, &s->by_age[kind], by_age) {
		if (destination_is_held(d) || d->peers)
			continue;
		destination_drop(s, d);
		s->forgotten++;
		return true;
	}
	// Only known by name any more: the oldest names make room, one at a time.
	// The newest stays, because it is the one being learned.
	struct peer *oldest;
	while ((oldest = TAILQ_FIRST(&s->peers_by_age)) && TAILQ_NEXT(oldest, by_age)
	       && s->of_kind[kind] >= DESTINATIONS_MAX) {
		peer_forget(s, oldest);
		s->forgotten++;
		TAILQ_FOREACH (d, &s->by_age[kind], by_age) {
			if (destination_is_held(d) || d->peers)
				continue;
			destination_drop(s, d);
			break;
		}
	}
	return s->of_kind[kind] < DESTINATIONS_MAX;
}

static struct destination *
destination_new(struct state *s, enum destination_kind kind, const char *name) {
	if (!make_room(s, kind))
		return NULL;
	struct destination *d = calloc(1, sizeof *d);
	if (!d || !(d->name = strdup(name))) {
		free(d);
		return NULL;
	}
	d->id = id_new();
	d->kind = (uint8_t)kind;
	d->first_seen_ns = clock_wall_ns();
	LIST_INIT(&d->links);
	return d;
}

static struct destination *
enlist(struct state *s, struct map *m, struct destination *d) {
	if (map_put(m, d) < 0)
		goto fail;
	if (array_insert((void ***)&s->destinations, &s->destinations_count, d) < 0) {
		map_remove(m, d);
		goto fail;
	}
	TAILQ_INSERT_TAIL(&s->by_age[d->kind], d, by_age);
	s->of_kind[d->kind]++;
	return d;
fail:
	destination_free(d);
	return NULL;
}

struct destination *
destination_find_domain(const struct state *s, const char *registrable) {
	return map_find(&s->domains, registrable, strlen(registrable));
}

struct destination *
destination_of_domain(struct state *s, const char *registrable) {
	struct destination *d = destination_find_domain(s, registrable);

	if (d)
		return d;
	d = destination_new(s, DESTINATION_DOMAIN, registrable);
	return d ? enlist(s, &s->domains, d) : NULL;
}

struct destination *
destination_find_address(const struct state *s, unsigned int family, const uint8_t address[16]) {
	struct destination key = {.key.family = (uint8_t)family};

	memcpy(key.key.address, address, 16);
	return map_find(&s->addresses, &key.key, sizeof key.key);
}

struct destination *
destination_of_address(struct state *s, unsigned int family, const uint8_t address[16]) {
	struct destination *d = destination_find_address(s, family, address);
	char text[TEXT_ADDRESS];

	if (d)
		return d;
	d = destination_new(s, DESTINATION_ADDRESS, text_address(family, address, text));
	if (!d)
		return NULL;
	memcpy(d->key.address, address, 16);
	d->key.family = (uint8_t)family;
	d->multicast = address_is_multicast(family, address);
	d->local = d->multicast || address_is_local(family, address);
	d->visible = d->changed = true;
	destination_add_address(d, family, address, 0);
	return enlist(s, &s->addresses, d);
}

struct destination *
destination_by_id(const struct state *s, uint64_t id) {
	return array_find((void *const *)s->destinations, s->destinations_count, id);
}

void
destination_restore_id(struct state *s, struct destination *d, uint64_t id) {
	array_remove((void **)s->destinations, &s->destinations_count, d);
	d->id = id;
	id_seen(id);
	// Room was there a moment ago: removing does not shrink the array.
	size_t at = array_position((void *const *)s->destinations, s->destinations_count, id);
	memmove(s->destinations + at + 1,
		s->destinations + at,
		(s->destinations_count - at) * sizeof *s->destinations);
	s->destinations[at] = d;
	s->destinations_count++;
}

void
destination_touch(struct state *s, struct destination *d) {
	TAILQ_REMOVE(&s->by_age[d->kind], d, by_age);
	TAILQ_INSERT_TAIL(&s->by_age[d->kind], d, by_age);
	if (!d->visible)
		d->visible = d->dirty = true;
	d->changed = true;
}

void
destination_add_name(struct destination *d, const char *name, uint64_t seen_ns) {
	struct destination_name *oldest = d->names;

	for (unsigned int i = 0; i < d->names_count; i++) {
		if (strcmp(d->names[i].text, name) == 0) {
			d->names[i].seen_ns = MAX_OF(d->names[i].seen_ns, seen_ns);
			return;
		}
		if (d->names[i].seen_ns < oldest->seen_ns)
			oldest = &d->names[i];
	}
	char *text = strdup(name);
	if (!text)
		return;
	if (d->names_count < DESTINATION_NAMES_MAX) {
		void *more = realloc(d->names, (d->names_count + 1) * sizeof *d->names);
		if (!more) {
			free(text);
			return;
		}
		d->names = more;
		oldest = &d->names[d->names_count++];
	} else {
		free(oldest->text);
	}
	*oldest = (struct destination_name){text, seen_ns};
	d->changed = true;
}

void
destination_add_address(
	struct destination *d,
	unsigned int family,
	const uint8_t address[16],
	uint64_t seen_ns
) {
	struct destination_address *oldest = d->addresses;

	for (unsigned int i = 0; i < d->addresses_count; i++) {
		struct destination_address *a = &d->addresses[i];
		if (a->family == family && memcmp(a->address, address, 16) == 0) {
			a->seen_ns = MAX_OF(a->seen_ns, seen_ns);
			return;
		}
		if (a->seen_ns < oldest->seen_ns)
			oldest = a;
	}
	if (d->addresses_count < DESTINATION_ADDRESSES_MAX) {
		void *more = realloc(d->addresses, (d->addresses_count + 1) * sizeof *oldest);
		if (!more)
			return;
		d->addresses = more;
		oldest = &d->addresses[d->addresses_count++];
	}
	*oldest = (struct destination_address){.family = (uint8_t)family, .seen_ns = seen_ns};
	memcpy(oldest->address, address, 16);
	d->changed = true;
}

void
destination_drop(struct state *s, struct destination *d) {
	while (!LIST_EMPTY(&d->links))
		link_drop(s, LIST_FIRST(&d->links));
	map_remove(d->kind == DESTINATION_DOMAIN ? &s->domains : &s->addresses, d);
	array_remove((void **)s->destinations, &s->destinations_count, d);
	TAILQ_REMOVE(&s->by_age[d->kind], d, by_age);
	s->of_kind[d->kind]--;
	if (d->visible && s->removed_count < ARRAY_LEN(s->removed))
		s->removed[s->removed_count++] = d->id;
	destination_free(d);
}

const char *
destination_label(const struct destination *d) {
	return d->user_name[0] ? d->user_name : d->name;
}

const char *
destination_organisation(const struct state *s, const struct destination *d) {
	return d->kind == DESTINATION_DOMAIN ? organisation_of(s->organisations, d->name) : NULL;
}

bool
destination_is_exempt(const struct destination *d) {
	const uint8_t *a = d->key.address;

	if (d->kind == DESTINATION_DOMAIN)
		return false;
	if (d->key.family == 6)
		return d->multicast || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
	return d->multicast || a[0] >= 224 || (a[0] == 169 && a[1] == 254);
}
