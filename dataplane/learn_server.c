// SPDX-License-Identifier: BSD-3-Clause
// A server name that a hello said.  It names its own connection, and the address for the device
// that said it, beside what DNS told.

#include "dataplane/learn.h"
#include "dataplane/learn_facts.h"
#include "dataplane/policy/destination.h"
#include "dataplane/report.h"
#include "dataplane/table/device.h"
#include "dataplane/table/name.h"

#include <string.h>

#define LIFE_S 3600 // of what a hello told, when no answer did

// Servers that have no name are called by their address all the same: that is no name.
static bool
is_address(const uint8_t *wire, size_t length) {
	for (size_t at = 0; at + 1 < length; at += (size_t)wire[at] + 1)
		for (size_t i = 1; i <= wire[at]; i++)
			if (wire[at + i] < '0' || wire[at + i] > '9')
				return false;
	return true;
}

uint32_t
learn_server(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *wire,
	size_t length,
	enum source source
) {
	static const uint8_t nobody[6];
	const struct flow_key *key = &b->facts[i].key;
	unsigned int client = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	uint16_t slot = b->src_slot[i];
	bool device = slot >= SLOT_FIRST && slot != SLOT_UNKNOWN;
	struct name_chain chain = {.length = (uint16_t)length, .names = 1};
	struct name_entry e = {
		.slot = slot,
		.family = key->family & 15,
		.source = source & 15,
		.ttl = LIFE_S,
		.seen_ns = b->time[i],
	};

	memcpy(chain.bytes, wire, length);
	memcpy(e.address, key->address[client ^ 1], sizeof e.address);
	bool named = device && !is_address(wire, length);
	uint32_t position = 0;
	if (named && !destination_is_local(e.family, e.address))
		position = name_serve(w->shared->names, &e, &chain);
	if (named || w->shared->learn_unasked)
		report_name(
			w,
			device ? w->shared->devices->slot[slot].mac : nobody,
			&e,
			&chain,
			NULL,
			b->flow[i]
		);
	learn_resolver(w, b, i, wire, length);
	return position;
}
