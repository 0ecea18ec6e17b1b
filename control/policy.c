// SPDX-License-Identifier: BSD-3-Clause
// The dataplane judges a domain by the name the device itself resolved, and forgets those answers
// when it restarts; devices do not ask again for an address they still cache.  So for every
// address that a device knows by a ruled name the image has an address row, which the dataplane
// reads only where it has no name.  The row is a destination of its own whose pairs name exactly
// the devices that resolved it, each with the actions that its name would give: an address
// shared with somebody else's domain blocks nobody who did not ask for the blocked one.  A rule
// about a bare address stands in the same row, for everyone.
// (A frame that such a row stops is counted as pair_blocked, whatever the rule behind it was.)

#include "control/policy.h"

#include "control/array.h"
#include "control/compile.h"
#include "control/domain.h"
#include "control/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BURST_MIN ((uint64_t)16384)

struct builder {
	struct compile c;
	const struct state *s;
	uint32_t *device_rows; // by position in the state, POLICY_NO_ROW: none yet
	uint32_t *destination_rows; // the same
};

static uint32_t
profile_row(const struct state *s, const struct device *d) {
	const struct profile *p = d->profile[0] ? profiles_find(&s->profiles, d->profile) : NULL;

	return p ? (uint32_t)(p - s->profiles.items) : (uint32_t)s->profiles.by_default;
}

// A quarter of a second may come at once, and never less than a few full frames: TCP needs it.
static uint32_t
burst(uint64_t bytes) {
	return bytes ? (uint32_t)MIN_OF(MAX_OF(bytes / 4, BURST_MIN), (uint64_t)UINT32_MAX) : 0;
}

static void
add_limit(struct builder *b, uint32_t row, const struct device_limits *l) {
	const struct policy_limit limit = {
		.up = l->up_bps / 8,
		.down = l->down_bps / 8,
		.up_burst = burst(l->up_bps / 8),
		.down_burst = burst(l->down_bps / 8),
		.new_flows = (uint32_t)l->new_flows,
	};

	compile_limit(&b->c, row, &limit);
}

static uint32_t
device_row(struct builder *b, const struct device *d) {
	size_t at = array_position((void *const *)b->s->devices, b->s->devices_count, d->id);

	if (b->device_rows[at] == POLICY_NO_ROW) {
		b->device_rows[at] = compile_device(
			&b->c, d->mac, d->actions & ACTION_POLICY, profile_row(b->s, d)
		);
		if (device_is_limited(d))
			add_limit(b, b->device_rows[at], &d->limits);
	}
	return b->device_rows[at];
}

static uint32_t
destination_row(struct builder *b, const struct destination *d) {
	size_t at =
		array_position((void *const *)b->s->destinations, b->s->destinations_count, d->id);
	uint8_t wire[DOMAIN_WIRE_MAX];

	if (b->destination_rows[at] != POLICY_NO_ROW)
		return b->destination_rows[at];
	b->destination_rows[at] = compile_destination(&b->c, d->actions & ACTION_POLICY);
	if (d->kind == DESTINATION_ADDRESS) {
		compile_address(&b->c, d->key.family, d->key.address, b->destination_rows[at]);
		return b->destination_rows[at];
	}
	size_t length = domain_wire(d->name, wire);
	if (length > 0)
		compile_name(&b->c, wire, length, b->destination_rows[at]);
	return b->destination_rows[at];
}

static void
add_rules(struct builder *b) {
	const struct state *s = b->s;

	for (size_t i = 0; i < s->devices_count; i++)
		if (s->devices[i]->actions & ACTION_POLICY || device_is_limited(s->devices[i])
		    || profile_row(s, s->devices[i]) != s->profiles.by_default)
			device_row(b, s->devices[i]);
	for (size_t i = 0; i < s->rules_count; i++) {
		const struct rule *r = s->rules[i];
		if (!r->destination || r->action & ~ACTION_POLICY)
			continue;
		destination_row(b, r->destination);
		if (r->device)
			device_row(b, r->device);
	}
}

// What the names of this peer mean for its device.
static uint8_t
peer_actions(const struct state *s, const struct peer *p) {
	uint8_t actions = p->link->destination->actions | p->link->actions;

	for (unsigned int i = 0; i < p->chains; i++) {
		const struct destination *d = p->chain[i];
		const struct link *l = d->pair_rules ? link_find(s, p->device, d) : NULL;
		actions |= d->actions | (l ? l->actions : 0);
	}
	return actions & ACTION_POLICY;
}

struct known {
	const struct peer *peer;
	uint8_t actions;
};

static int
compare_address(const struct peer *a, const struct peer *b) {
	if (a->key.family != b->key.family)
		return a->key.family < b->key.family ? -1 : 1;
	return memcmp(a->key.address, b->key.address, sizeof a->key.address);
}

static int
compare_known(const void *one, const void *other) {
	const struct peer *a = ((const struct known *)one)->peer;
	const struct peer *b = ((const struct known *)other)->peer;
	int r = compare_address(a, b);

	if (r != 0)
		return r;
	return a->key.device < b->key.device ? -1 : a->key.device > b->key.device;
}

// One address row for all devices that know this address by a ruled name.
static void
add_known_address(struct builder *b, const struct known *k, size_t count) {
	const struct peer *first = k[0].peer;
	const struct destination *bare =
		destination_find_address(b->s, first->key.family, first->key.address);
	bool ruled = bare && (bare->actions & ACTION_POLICY || bare->pair_rules);
	uint32_t row = ruled ? destination_row(b, bare) : compile_destination(&b->c, 0);

	if (!ruled)
		compile_address(&b->c, first->key.family, first->key.address, row);
	for (size_t i = 0; i < count; i++) {
		const struct link *l = ruled ? link_find(b->s, k[i].peer->device, bare) : NULL;
		if (l && l->actions & ACTION_POLICY)
			continue; // the pair of the bare address has its row: add_pairs
		compile_pair(&b->c, device_row(b, k[i].peer->device), row, k[i].actions);
	}
}

static int
add_known_addresses(struct builder *b) {
	const struct peer *p;
	size_t count = 0;

	struct known *known = malloc((b->s->peers.count + 1) * sizeof *known);
	if (!known)
		return -ENOMEM;
	TAILQ_FOREACH (p, &b->s->peers_by_age, by_age) {
		uint8_t actions = peer_actions(b->s, p);
		if (actions)
			known[count++] = (struct known){p, actions};
	}
	qsort(known, count, sizeof *known, compare_known);
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1;
		     next < count && compare_address(known[i].peer, known[next].peer) == 0;)
			next++;
		add_known_address(b, &known[i], next - i);
	}
	free(known);
	return 0;
}

static void
add_pairs(struct builder *b) {
	for (size_t i = 0; i < b->s->rules_count; i++) {
		const struct rule *r = b->s->rules[i];
		if (!r->device || !r->destination)
			continue;
		const struct link *l = link_find(b->s, r->device, r->destination);
		uint8_t actions = l->actions & ACTION_POLICY;
		// A pair with both actions has two rules and one row.
		if (actions == 0 || (actions == ACTION_POLICY && r->action == ACTION_ALLOW)
		    || r->action == ACTION_IGNORE)
			continue;
		compile_pair(
			&b->c, device_row(b, r->device), destination_row(b, r->destination), actions
		);
	}
}

int
policy_compile(
	const struct state *s,
	uint64_t generation,
	const uint64_t key[2],
	void **ret_image,
	size_t *ret_length
) {
	struct builder b = {.s = s};
	int r = -ENOMEM;

	compile_init(&b.c);
	b.device_rows = malloc((s->devices_count + 1) * sizeof(uint32_t));
	b.destination_rows = malloc((s->destinations_count + 1) * sizeof(uint32_t));
	if (!b.device_rows || !b.destination_rows)
		goto out;
	memset(b.device_rows, 0xff, s->devices_count * sizeof(uint32_t));
	memset(b.destination_rows, 0xff, s->destinations_count * sizeof(uint32_t));
	for (size_t i = 0; i < s->profiles.count; i++)
		compile_profile(&b.c, s->profiles.items[i].verdict);
	b.c.default_profile = (uint32_t)s->profiles.by_default;
	add_rules(&b);
	r = add_known_addresses(&b);
	if (r < 0)
		goto out;
	add_pairs(&b);
	r = compile_finish(&b.c, generation, key, ret_image, ret_length);
out:
	compile_fini(&b.c);
	free(b.device_rows);
	free(b.destination_rows);
	return r;
}
