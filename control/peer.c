// SPDX-License-Identifier: BSD-3-Clause
// A device that resolves two names to one shared address has, from the second answer on, its new
// flows counted for the second name; what the first one carried stays where it was.

#include "control/peer.h"

#include "control/clock.h"
#include "control/domain.h"
#include "control/identity/join.h"
#include "control/state.h"

#include <stdlib.h>
#include <string.h>

static struct peer_key
key_of(const struct device *d, unsigned int family, const uint8_t address[16]) {
	struct peer_key key = {.device = d->id, .family = family};

	memcpy(key.address, address, 16);
	return key;
}

struct peer *
peer_find(
	const struct state *s,
	const struct device *d,
	unsigned int family,
	const uint8_t address[16]
) {
	const struct peer_key key = key_of(d, family, address);

	return map_find(&s->peers, &key, sizeof key);
}

static void
let_go(struct peer *p) {
	for (unsigned int i = 0; i < p->chains; i++)
		p->chain[i]->peers--;
	p->chains = 0;
	if (p->link)
		p->link->destination->peers--;
	p->link = NULL;
}

void
peer_set_dirty(struct state *s, struct peer *p, bool dirty) {
	if (dirty && !p->dirty)
		s->peers_dirty++;
	if (!dirty && p->dirty)
		s->peers_dirty--;
	p->dirty = dirty;
}

void
peer_forget(struct state *s, struct peer *p) {
	peer_set_dirty(s, p, false);
	let_go(p);
	TAILQ_REMOVE(&s->peers_by_age, p, by_age);
	map_remove(&s->peers, p);
	free(p->names);
	free(p);
}

static struct peer *
peer_get(struct state *s, struct device *d, unsigned int family, const uint8_t address[16]) {
	struct peer *p = peer_find(s, d, family, address);

	if (p) {
		TAILQ_REMOVE(&s->peers_by_age, p, by_age);
		TAILQ_INSERT_TAIL(&s->peers_by_age, p, by_age);
		return p;
	}
	if (s->peers.count >= PEERS_MAX) {
		peer_forget(s, TAILQ_FIRST(&s->peers_by_age));
		s->forgotten++;
	}
	p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->key = key_of(d, family, address);
	p->device = d;
	if (map_put(&s->peers, p) < 0) {
		free(p);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&s->peers_by_age, p, by_age);
	return p;
}

// The other names of the chain, where they belong to somebody else.
static void
hold_chain(struct state *s, struct peer *p) {
	const char *end = p->names + p->names_length;

	for (const char *n = p->names; n < end && p->chains < PEER_CHAIN_MAX; n += strlen(n) + 1) {
		struct destination *d = destination_of_domain(s, domain_registrable(n));
		bool known = !d || d == p->link->destination;
		for (unsigned int i = 0; !known && i < p->chains; i++)
			known = p->chain[i] == d;
		if (known)
			continue;
		p->chain[p->chains++] = d;
		d->peers++;
	}
}

// What was counted for the bare address is this name's.
static void
adopt(struct state *s, struct peer *p) {
	struct destination *bare = destination_find_address(s, p->key.family, p->key.address);
	struct link *old = bare ? link_find(s, join_whole(s, p->device), bare) : NULL;

	if (old)
		link_move(s, old, p->link);
}

struct peer *
peer_learn(
	struct state *s,
	struct device *d,
	unsigned int family,
	const uint8_t address[16],
	const char *names,
	size_t length,
	uint64_t seen_ns
) {
	struct peer *p = peer_get(s, d, family, address);
	if (!p)
		return NULL;
	p->seen_ns = seen_ns;
	peer_set_dirty(s, p, true);

	bool was_ruled = p->link && rules_name_any(s, p->names, p->names_length);
	bool same = p->link && p->names_length == length && memcmp(p->names, names, length) == 0;
	if (!same) {
		char *copy = malloc(length);
		if (copy)
			memcpy(copy, names, length);
		// A chain's destination may go as soon as nothing holds it, so the new
		// ones are taken before the old ones are let go.
		struct destination *to =
			copy ? destination_of_domain(s, domain_registrable(names)) : NULL;
		if (to)
			to->peers++;
		struct link *l = to ? link_get(s, join_whole(s, d), to) : NULL;
		let_go(p);
		free(p->names);
		p->names = copy;
		p->names_length = (uint16_t)length;
		p->link = l;
		if (!l) {
			if (to)
				to->peers--;
			peer_forget(s, p);
			return NULL;
		}
		hold_chain(s, p);
		destination_touch(s, to);
	}
	struct destination *to = p->link->destination;
	p->link->dns_seen_ns = MAX_OF(p->link->dns_seen_ns, seen_ns);
	to->dns_seen_ns = MAX_OF(to->dns_seen_ns, seen_ns);
	to->changed = true;
	destination_add_name(to, p->names, seen_ns);
	destination_add_address(to, family, address, seen_ns);
	adopt(s, p);
	if (!same && (was_ruled || rules_name_any(s, p->names, p->names_length)))
		s->names_moved = true;
	return p;
}
