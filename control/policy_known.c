// SPDX-License-Identifier: BSD-3-Clause
// The dataplane judges a domain by the name the device itself resolved, and forgets those answers
// when it restarts; devices do not ask again for an address they still cache.  So for every address
// that a device knows by a name of some rule's object the image says so, for that device alone: an
// address shared with somebody else's domain blocks nobody who did not ask for the blocked one.
// Which objects a name stands for is asked of the image itself, as the dataplane would.

#include "control/array.h"
#include "control/domain.h"
#include "control/identity/join.h"
#include "control/policy_build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX 131072u // rows: the newest answers first

struct known {
	const struct peer *peer;
	uint32_t object;
};

struct collecting {
	const struct policy_header *image;
	struct known *known;
	size_t count, room;
	const struct peer *peer;
	size_t first; // of this peer
	bool failed;
};

static size_t
position(const struct policy_build *b, const struct destination *d) {
	return array_position((void *const *)b->s->destinations, b->s->destinations_count, d->id);
}

void
policy_known_touch(struct policy_build *b, const struct destination *d) {
	b->touched[position(b, d)] = true;
}

static void
set_true(void *context, uint32_t object) {
	(void)object;
	*(bool *)context = true;
}

// Destinations above which some rule's name stands; those beneath were noted with the name.
static void
touch_beneath(struct policy_build *b, const struct policy_header *image) {
	uint8_t wire[DOMAIN_WIRE_MAX];

	for (size_t i = 0; i < b->s->destinations_count; i++) {
		const struct destination *d = b->s->destinations[i];
		if (d->kind != DESTINATION_DOMAIN || b->touched[i])
			continue;
		policy_match_name(
			image, wire, domain_wire(d->name, wire), set_true, &b->touched[i]
		);
	}
}

static bool
is_touched(const struct policy_build *b, const struct peer *p) {
	if (b->touched[position(b, p->link->destination)] || p->chains == PEER_CHAIN_MAX)
		return true;
	for (unsigned int i = 0; i < p->chains; i++)
		if (b->touched[position(b, p->chain[i])])
			return true;
	return false;
}

static void
collect(void *context, uint32_t object) {
	struct collecting *k = context;

	for (size_t i = k->first; i < k->count; i++)
		if (k->known[i].object == object)
			return;
	if (k->count == k->room) {
		size_t room = k->room * 2 + 64;
		struct known *more = realloc(k->known, room * sizeof *more);
		if (!more) {
			k->failed = true;
			return;
		}
		k->known = more;
		k->room = room;
	}
	k->known[k->count++] = (struct known){k->peer, object};
}

static void
collect_peer(struct collecting *k, const struct peer *p) {
	uint8_t wire[DOMAIN_WIRE_MAX];

	k->peer = p;
	k->first = k->count;
	for (size_t at = 0; at < p->names_length;) {
		const char *name = p->names + at;
		policy_match_name(k->image, wire, domain_wire(name, wire), collect, k);
		at += strlen(name) + 1;
	}
}

// The same state gives the same image, whoever was heard of last.
static int
compare(const void *one, const void *other) {
	const struct known *a = one;
	const struct known *b = other;
	int r = memcmp(a->peer->key.address, b->peer->key.address, sizeof a->peer->key.address);

	if (r != 0)
		return r;
	if (a->peer->key.device != b->peer->key.device)
		return a->peer->key.device < b->peer->key.device ? -1 : 1;
	return a->object < b->object ? -1 : a->object > b->object;
}

// A phone that took another MAC kept what it had resolved under the old one: of stations that are
// one device, one that did not ask itself knows what the first of the others was told.
static bool
knows_by(const struct state *s, const struct device *station, const struct peer *p) {
	const struct device *whole = join_whole(s, p->device);
	const struct device *d = whole;

	if (station == p->device)
		return true;
	if (peer_find(s, station, p->key.family, p->key.address))
		return false;
	while (d && !peer_find(s, d, p->key.family, p->key.address))
		d = join_next(s, whole, d);
	return d == p->device;
}

static void
add_known(struct policy_build *b, const struct known *k) {
	const struct device *whole = join_whole(b->s, k->peer->device);
	const struct peer_key *key = &k->peer->key;

	for (const struct device *d = whole; d; d = join_next(b->s, whole, d))
		if (knows_by(b->s, d, k->peer))
			compile_known(
				&b->c, policy_device_row(b, d), key->family, key->address, k->object
			);
}

static int
add_rows(struct policy_build *b, const struct policy_header *image) {
	struct collecting k = {.image = image};
	const struct peer *p;

	touch_beneath(b, image);
	TAILQ_FOREACH_REVERSE(p, &b->s->peers_by_age, peer_list, by_age) {
		if (k.count >= KNOWN_MAX || k.failed)
			break;
		if (p->link && is_touched(b, p))
			collect_peer(&k, p);
	}
	if (k.count)
		qsort(k.known, k.count, sizeof *k.known, compare);
	for (size_t i = 0; i < k.count && !k.failed; i++)
		add_known(b, &k.known[i]);
	free(k.known);
	return k.failed ? -ENOMEM : 0;
}

int
policy_add_known(struct policy_build *b, const uint64_t key[2]) {
	void *image;
	size_t length;

	if (b->c.names.count == 0 || TAILQ_EMPTY(&b->s->peers_by_age))
		return 0;
	int r = compile_finish(&b->c, 0, key, &image, &length);
	if (r < 0)
		return r;
	r = add_rows(b, image);
	free(image);
	return r;
}
