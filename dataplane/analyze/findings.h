// SPDX-License-Identifier: BSD-3-Clause
// What the stages reported: flows, names and host names, as the control link would carry them.
//
// Errors:  findings_drain returns false when memory runs out.

#pragma once

#include "dataplane/analyze/map.h"
#include "platform/wire_types.h"

struct event_ring;

// One name of one address, as one device learned it (zero: nobody's question was seen).
struct name_found {
	uint8_t mac[6];
	uint8_t family;
	uint8_t source; // enum source
	uint8_t address[16];
	uint32_t text; // number in `texts`
	uint32_t rank; // how far from the name that was asked for: 0 is that one
};

// From a TLS or QUIC hello: the name of a server, not one that an answer gave an address.
static inline bool
findings_is_server(const struct name_found *n) {
	return n->source == SOURCE_TLS || n->source == SOURCE_QUIC;
}

struct findings {
	uint32_t flows_n;
	struct wire_flow *flow; // the newest record of each
	size_t flows_room;
	struct map by_id;
	uint32_t names_n;
	struct name_found *name;
	uint32_t *by_peer; // numbers of names, by (mac, family, address), then by text
	size_t names_room;
	struct map by_name;
	struct map texts;
	uint32_t hosts_n;
	struct wire_hostname *host; // the best of each device
	size_t hosts_room;
	struct map by_host;
};

bool findings_drain(struct findings *f, struct event_ring *ring);
void findings_free(struct findings *f);
// Flows by first frame, names by text and address, host names by MAC.  False: out of memory.
bool findings_sort(struct findings *f);
// What this device calls that address: *ret_n numbers of names, in the order of their texts.
const uint32_t *findings_names(
	const struct findings *f,
	const uint8_t mac[6],
	unsigned int family,
	const uint8_t address[16],
	uint32_t *ret_n
);
const char *findings_text(const struct findings *f, const struct name_found *n);
const struct wire_hostname *findings_host(const struct findings *f, const uint8_t mac[6]);
