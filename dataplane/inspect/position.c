// SPDX-License-Identifier: BSD-3-Clause
// The devices of a home begin connections to the internet.  When these come in at the WAN port, the
// ports are swapped; when all come from one station whose packets have a hop behind them, the home
// is behind that station.

#include "dataplane/inspect/position.h"

#include <stddef.h>
#include <string.h>

#define ENOUGH 8 // flows, before anything is said
#define CLEARLY 8 // times as many as on the other side
#define HOPS_BEHIND 3 // routers in a row that are still a home's
#define ALONE_NS (300ull * 1000000000) // this long, and the others are not just asleep

static uint64_t
get(const uint64_t *c) {
	return __atomic_load_n(c, __ATOMIC_RELAXED);
}

static void
set(uint64_t *c, uint64_t value) {
	__atomic_store_n(c, value, __ATOMIC_RELAXED);
}

static void
add_one(uint64_t *c) {
	set(c, *c + 1);
}

// RFC 1918, 6598, 3927; RFC 4193, 4291 2.5.6.
static bool
is_private(unsigned int family, const uint8_t *a) {
	if (family == 6)
		return (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
	return a[0] == 10 || (a[0] == 172 && (a[1] & 0xf0) == 16) || (a[0] == 192 && a[1] == 168)
		|| (a[0] == 100 && (a[1] & 0xc0) == 64) || (a[0] == 169 && a[1] == 254);
}

// Neither private nor a group, nobody or the station itself.
static bool
is_public(unsigned int family, const uint8_t *a) {
	if (is_private(family, a))
		return false;
	if (family == 6)
		return (a[0] & 0xe0) == 0x20; // RFC 4291 2.4: what is given out of global unicast
	return a[0] != 0 && a[0] != 127 && a[0] < 224;
}

static void
saw(struct position_sender list[POSITION_SENDERS], uint64_t mac, uint64_t now_ns) {
	struct position_sender *oldest = &list[0];

	for (unsigned int i = 0; i < POSITION_SENDERS; i++) {
		struct position_sender *s = &list[i];
		if (s->mac == mac) {
			set(&s->seen_ns, now_ns);
			return;
		}
		if (s->seen_ns < oldest->seen_ns)
			oldest = s;
	}
	set(&oldest->mac, mac);
	set(&oldest->seen_ns, now_ns);
}

void
position_saw_flow(
	struct position *p,
	enum position_side side,
	const struct position_flow *f,
	uint64_t now_ns
) {
	struct position_counts *c = &p->side[side];
	uint64_t mac = 0;

	memcpy(&mac, f->mac, 6);
	mac = mac << 16 | 1; // never 0
	saw(p->sender[side], mac, now_ns);
	if (f->pppoe)
		add_one(&c->pppoe);
	if (!is_public(f->family, f->target))
		return;
	unsigned int below64 = 64u - f->hops, below128 = 128u - f->hops;
	bool hidden64 = below64 - 1 < HOPS_BEHIND, hidden128 = below128 - 1 < HOPS_BEHIND;
	if (hidden64 || hidden128) {
		add_one(&c->hidden[hidden128]);
		if (is_public(f->family, f->source) && f->family == 4)
			add_one(&c->hidden_public);
	}
	if (is_private(f->family, f->source)) {
		add_one(&c->out);
		saw(p->private_out[side], mac, now_ns);
	}
}

void
position_saw_server(struct position *p, enum position_side side) {
	add_one(&p->side[side].servers);
}

void
position_add(struct position_counts sum[POSITION_SIDES], const struct position *p) {
	for (unsigned int i = 0; i < POSITION_SIDES; i++) {
		sum[i].out += get(&p->side[i].out);
		sum[i].servers += get(&p->side[i].servers);
		sum[i].pppoe += get(&p->side[i].pppoe);
		sum[i].hidden[0] += get(&p->side[i].hidden[0]);
		sum[i].hidden[1] += get(&p->side[i].hidden[1]);
		sum[i].hidden_public += get(&p->side[i].hidden_public);
	}
}

void
position_since(
	const struct position_counts now[POSITION_SIDES],
	const struct position_counts before[POSITION_SIDES],
	struct position_window *ret
) {
	for (unsigned int i = 0; i < POSITION_SIDES; i++)
		ret->side[i] = (struct position_counts){
			.out = now[i].out - before[i].out,
			.servers = now[i].servers - before[i].servers,
			.pppoe = now[i].pppoe - before[i].pppoe,
			.hidden =
				{now[i].hidden[0] - before[i].hidden[0],
				 now[i].hidden[1] - before[i].hidden[1]},
			.hidden_public = now[i].hidden_public - before[i].hidden_public,
		};
}

static bool
is_in_earlier(
	const struct position_sender *const lists[],
	unsigned int list,
	uint64_t mac,
	uint64_t since_ns
) {
	for (unsigned int l = 0; l < list; l++)
		for (unsigned int i = 0; i < POSITION_SENDERS; i++)
			if (get(&lists[l][i].mac) == mac && get(&lists[l][i].seen_ns) >= since_ns)
				return true;
	return false;
}

unsigned int
position_senders(
	const struct position_sender *const lists[],
	unsigned int lists_n,
	uint64_t since_ns
) {
	unsigned int n = 0;

	for (unsigned int l = 0; l < lists_n; l++)
		for (unsigned int i = 0; i < POSITION_SENDERS; i++) {
			uint64_t mac = get(&lists[l][i].mac);
			bool counts = mac != 0 && get(&lists[l][i].seen_ns) >= since_ns;
			n += counts && !is_in_earlier(lists, l, mac, since_ns);
		}
	return n;
}

// One device alone could be somebody's server behind a router's port; several, or one beside a
// router that is on the LAN side only, are a home.
static bool
is_swapped(const struct position_window *w) {
	const struct position_counts *lan = &w->side[POSITION_LAN], *wan = &w->side[POSITION_WAN];

	if (wan->out < ENOUGH || wan->out / CLEARLY <= lan->out || wan->servers > 0)
		return false;
	return w->private_out[POSITION_WAN] >= 2 || lan->servers > 0;
}

enum position_verdict
position_judge(const struct position_window *w) {
	const struct position_counts *lan = &w->side[POSITION_LAN];
	uint64_t hidden = lan->hidden[0] + lan->hidden[1];

	if (is_swapped(w))
		return POSITION_SWAPPED;
	if (w->senders[POSITION_LAN] != 1 || w->age_ns < ALONE_NS)
		return POSITION_NORMAL;
	if (lan->pppoe >= ENOUGH)
		return POSITION_OUTSIDE_PPPOE;
	if (lan->hidden_public >= ENOUGH)
		return POSITION_OUTSIDE_PUBLIC;
	// Containers of one computer are a hop away, too; systems of two kinds are not in one.
	if (hidden >= ENOUGH && lan->hidden[0] > 0 && lan->hidden[1] > 0)
		return POSITION_OUTSIDE_PRIVATE;
	return POSITION_NORMAL;
}

bool
position_is_proven(const struct position_window *w) {
	return w->side[POSITION_LAN].out >= ENOUGH && w->senders[POSITION_LAN] > 1;
}

const char *
position_text(enum position_verdict v) {
	switch (v) {
	case POSITION_SWAPPED:
		return "LAN and WAN look swapped: the home's devices begin their connections to "
		       "the internet at the WAN port. Plug the router into the WAN port and the "
		       "home into the LAN port, or exchange --lan and --wan.";
	case POSITION_OUTSIDE_PPPOE:
		return "The gateway stands outside your router: the only station on the LAN side "
		       "dials in with PPPoE, and the devices behind it cannot be told apart. Put "
		       "the gateway between that router and your devices.";
	case POSITION_OUTSIDE_PUBLIC:
		return "The gateway stands outside your router: the only station on the LAN side "
		       "hides others behind its public address, so they cannot be told apart. Put "
		       "the gateway between that router and your devices.";
	case POSITION_OUTSIDE_PRIVATE:
		return "Only one station is on the LAN side, and it hides several devices behind "
		       "its address: they cannot be told apart. Put the gateway between that "
		       "router and your devices, or let that router work as an access point.";
	default:
		return NULL;
	}
}
