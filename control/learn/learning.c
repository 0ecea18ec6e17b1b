// SPDX-License-Identifier: BSD-3-Clause

#include "control/learn/learning.h"

#include "control/domain.h"
#include "control/identity/join.h"
#include "control/policy_home.h"
#include "control/service.h"
#include "control/state.h"
#include "platform/policy_image.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT_LOW 1024 // below: a server's, that no client is given by chance
#define ROWS_FIRST 16

struct learning *
learning_new(uint64_t began_ns, uint64_t until_ns) {
	struct learning *l = calloc(1, sizeof *l);

	if (l)
		*l = (struct learning
		){.began_ns = began_ns, .until_ns = until_ns, .since_ns = began_ns};
	return l;
}

void
learning_free(struct learning *l) {
	if (l)
		free(l->rows);
	free(l);
}

bool
learning_is_on(const struct learning *l, uint64_t now_ns) {
	return l && now_ns < l->until_ns;
}

void
learn_tell_ended(struct state *s, uint64_t now_ns) {
	char name[NAME_BYTES_MAX + 1];
	char text[240];

	for (size_t i = 0; s->learning_count && i < s->devices_count; i++) {
		struct learning *l = s->devices[i]->learning;
		if (!l || l->told || l->replaced || now_ns < l->until_ns)
			continue;
		l->told = true;
		snprintf(
			text,
			sizeof text,
			"%.100s was watched for %llu minutes and what it needs is known in %zu "
			"sentences: look at them, and hold it to them.",
			device_name(s->devices[i], name),
			(unsigned long long)((l->until_ns - l->began_ns) / (60 * NS_PER_S)),
			l->count
		);
		state_raise(s, ALERT_LEARNING_ENDED, now_ns, text);
	}
}

static struct learn_row *
append(struct learning *l, const struct learn_row *row) {
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : ROWS_FIRST;
		struct learn_row *rows = realloc(l->rows, room * sizeof *rows);
		if (!rows)
			return NULL;
		l->rows = rows;
		l->room = room;
	}
	l->rows[l->count] = *row;
	return &l->rows[l->count++];
}

void
learning_restore(struct learning *l, const struct learn_row *row) {
	if (l->count < LEARN_ROWS_MAX)
		append(l, row);
}

static bool
same_talk(const struct learn_row *a, const struct learn_row *b) {
	return a->object == b->object && a->protocol == b->protocol && a->in == b->in
		&& a->family == b->family && memcmp(a->address, b->address, sizeof a->address) == 0
		&& strcmp(a->name, b->name) == 0;
}

// A port that a program was given by chance, as far as anybody can tell.
static bool
is_nameless(const struct learn_row *r) {
	char text[SERVICE_TEXT];

	return r->port >= PORT_LOW && strchr(service_text(r->protocol, r->port, text), '/');
}

static struct learn_row *
find(struct learning *l, const struct learn_row *row) {
	struct learn_row *any = NULL;

	for (size_t i = 0; i < l->count; i++) {
		if (!same_talk(&l->rows[i], row))
			continue;
		if (l->rows[i].port == row->port)
			return &l->rows[i];
		if (l->rows[i].port == 0)
			any = &l->rows[i];
	}
	return any && is_nameless(row) ? any : NULL;
}

static void
count_in(struct learn_row *into, const struct learn_row *more) {
	into->first_ns = MIN_OF(into->first_ns, more->first_ns);
	into->last_ns = MAX_OF(into->last_ns, more->last_ns);
	into->packets += more->packets;
	into->dirty = true;
}

static void
remove_row(struct learning *l, size_t at) {
	memmove(&l->rows[at], &l->rows[at + 1], (l->count - at - 1) * sizeof l->rows[0]);
	l->count--;
	l->dirty = l->whole = true;
}

// Media streams and the like choose another port each time: they are the protocol, not the ports.
static void
collapse(struct learning *l, struct learn_row *row) {
	size_t ports = 0;

	for (size_t i = 0; i < l->count; i++)
		ports += same_talk(&l->rows[i], row) && is_nameless(&l->rows[i]);
	if (!is_nameless(row) || ports < LEARN_PORTS_MAX)
		return;
	for (size_t i = 0; i < l->count;) {
		if (!same_talk(&l->rows[i], row) || !is_nameless(&l->rows[i])) {
			i++;
			continue;
		}
		count_in(row, &l->rows[i]);
		remove_row(l, i);
	}
	row->port = 0;
}

// Counts it where it belongs; false: there is no room for it.
static bool
note(struct learning *l, const struct learn_row *seen) {
	struct learn_row *row = find(l, seen);
	struct learn_row fresh = *seen;

	if (row) {
		count_in(row, seen);
		l->moved = true;
		return true;
	}
	collapse(l, &fresh);
	fresh.dirty = true;
	if (l->count >= LEARN_ROWS_MAX || !append(l, &fresh))
		return false;
	l->dirty = true;
	return true;
}

static bool
is_home_address(const struct state *s, unsigned int family, const uint8_t address[16]) {
	struct rule_address home[POLICY_HOME_MAX];
	uint8_t masked[16];

	if (address_is_multicast(family, address) || address_is_local(family, address))
		return true;
	size_t count = policy_home(s, home);
	for (size_t i = 0; i < count; i++) {
		policy_mask(masked, address, home[i].length);
		if (home[i].family == family && memcmp(masked, home[i].bytes, sizeof masked) == 0)
			return true;
	}
	return false;
}

// By the name that the station was told; false when it was told none that a rule can hold to.
static bool
name_it(const struct state *s, const struct device *station, struct learn_row *row) {
	const struct peer *p = peer_find(s, station, row->family, row->address);
	const char *name = p ? domain_registrable(p->names) : NULL;

	if (!name || domain_is_public_suffix(name) || strlen(name) >= sizeof row->name)
		return false;
	row->object = LEARN_DOMAIN;
	row->family = 0;
	memset(row->address, 0, sizeof row->address);
	snprintf(row->name, sizeof row->name, "%s", name);
	return true;
}

static void
place(const struct state *s, const struct flow *f, unsigned int far, struct learn_row *row) {
	const struct wire_flow *w = &f->wire;
	const struct device *station = device_by_mac(s, w->mac[1 - far]);

	if (w->side[far] == SIDE_HOST) {
		row->object = LEARN_GATEWAY;
		return;
	}
	if (w->side[far] == SIDE_LAN || is_home_address(s, w->family, w->address[far])) {
		row->object = LEARN_LOCAL;
		return;
	}
	row->object = LEARN_ADDRESS;
	row->family = w->family;
	memcpy(row->address, w->address[far], sizeof row->address);
	if (station)
		name_it(s, station, row);
}

// Of a conversation that began before anybody looked, the first packet may have been the answer.
static bool
is_turned(const struct wire_flow *w) {
	return w->flags & WIRE_FLOW_HAS_PORTS && w->port[0] < PORT_LOW && w->port[1] >= PORT_LOW;
}

// What keeps a network itself running is let pass whatever the rules are (DESIGN 9).
static bool
is_upkeep(const struct wire_flow *w) {
	return w->protocol == IPPROTO_ICMPV6
		&& ((w->icmp_type >= 130 && w->icmp_type <= 136) || w->icmp_type == 143);
}

static void
see_end(struct state *s,
	const struct flow *f,
	struct device *d,
	unsigned int far,
	uint64_t more,
	bool is_new) {
	struct learning *l = d->learning;
	const struct wire_flow *w = &f->wire;
	unsigned int answers = is_turned(w) ? 0 : 1;
	struct learn_row row = {
		.protocol = w->protocol == IPPROTO_ICMPV6 ? IPPROTO_ICMP : w->protocol,
		.in = far != answers,
		.port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[answers] : 0,
		.first_ns = MAX_OF(f->first_seen_ns, l->began_ns),
		.last_ns = f->last_seen_ns,
		// What it did before was counted, or was not to be watched.
		.packets = is_new && f->first_seen_ns < l->since_ns ? 0 : more,
	};

	if (f->last_seen_ns < l->began_ns || f->first_seen_ns >= l->until_ns)
		return;
	// Who knocks and gets no answer is none that the device needs.
	if (row.in && w->packets[far == 0 ? 1 : 0] == 0)
		return;
	place(s, f, far, &row);
	if (row.object == LEARN_GATEWAY && row.in)
		return; // no rule is about what the gateway begins
	if (!note(l, &row) && is_new)
		l->left_out++;
}

void
learn_see(struct state *s, const struct flow *f, uint64_t more, bool is_new) {
	const struct wire_flow *w = &f->wire;

	if (!s->learning_count || (w->family != 4 && w->family != 6) || is_upkeep(w))
		return;
	// A person's rule or list that stops it is no need, but a decision.
	if (w->reason != REASON_NONE && w->reason != REASON_PROFILE_BLOCKED)
		return;
	for (unsigned int end = 0; end < 2; end++) {
		struct device *d = w->side[end] == SIDE_LAN || w->side[end] == SIDE_HOST
			? device_by_mac(s, w->mac[end])
			: NULL;
		d = d ? join_whole(s, d) : NULL;
		if (d && d->learning)
			see_end(s, f, d, 1 - end, more, is_new);
	}
}

void
learning_settle(struct state *s, struct device *d) {
	struct learning *l = d->learning;

	for (size_t i = 0; l && i < l->count;) {
		struct learn_row row = l->rows[i];
		bool named = false;
		for (const struct device *x = d; x && row.object == LEARN_ADDRESS && !named;
		     x = join_next(s, d, x))
			named = name_it(s, x, &row);
		if (!named) {
			i++;
			continue;
		}
		remove_row(l, i);
		note(l, &row);
	}
}
