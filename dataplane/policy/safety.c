// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/policy/safety.h"

#include "dataplane/table/device.h"
#include "platform/siphash.h"

#include <netinet/in.h>
#include <string.h>

static uint64_t
server_hash(const struct shared *s, uint8_t family, const uint8_t address[16]) {
	uint8_t bytes[17] = {family};

	memcpy(bytes + 1, address, 16);
	uint64_t hash = siphash24(s->seed, bytes, sizeof bytes);
	return hash ? hash : 1;
}

void
safety_learn_server(struct shared *s, uint8_t family, const uint8_t address[16]) {
	uint64_t hash = server_hash(s, family, address);

	for (unsigned int i = 0; i < DHCP_SERVERS_MAX; i++) {
		uint64_t there = 0;
		if (atomic_compare_exchange_strong(&s->dhcp_server[i], &there, hash)
		    || there == hash)
			return;
	}
}

static bool
is_server(const struct shared *s, uint8_t family, const uint8_t address[16]) {
	uint64_t hash = server_hash(s, family, address);

	for (unsigned int i = 0; i < DHCP_SERVERS_MAX; i++)
		if (atomic_load_explicit(&s->dhcp_server[i], memory_order_relaxed) == hash)
			return true;
	return false;
}

static bool
is_side(const struct worker *w, uint16_t slot, enum side side) {
	if (slot == SLOT_NONE || slot == SLOT_UNKNOWN || slot == SLOT_OTHER)
		return false;
	return atomic_load_explicit(&w->shared->devices->slot[slot].side, memory_order_relaxed)
		== side;
}

// One end is TCP port 13026 of the host side, the other a LAN device.
static bool
is_gui(const struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	unsigned int sender = f->flags & FACT_SWAPPED ? 1 : 0;
	uint16_t gui = htons(SAFETY_GUI_PORT);

	if (f->key.port[sender ^ 1] == gui && is_side(w, b->dst_slot[i], SIDE_HOST))
		return is_side(w, b->src_slot[i], SIDE_LAN);
	return f->key.port[sender] == gui && is_side(w, b->src_slot[i], SIDE_HOST)
		&& is_side(w, b->dst_slot[i], SIDE_LAN);
}

bool
safety_knows(const struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];

	if (f->names == NAMES_DHCP || f->names == NAMES_DHCPV6)
		return is_server(w->shared, f->key.family, f->key.address[0])
			|| is_server(w->shared, f->key.family, f->key.address[1]);
	return (f->flags & FACT_PORTS) && is_gui(w, b, i);
}
