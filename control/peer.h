// SPDX-License-Identifier: BSD-3-Clause
// What a device was told by DNS: behind this address is that name.  It decides to which
// destination the device's flows to the address belong.
//
// Shape:   one per (device, address), the newest answer counts; at most PEERS_MAX, the oldest
//          answer makes room; kept by the store, because the dataplane forgets it when it restarts.
// Threads: the core thread.

#pragma once

#include "control/destination.h"

#define PEERS_MAX 65536
#define PEER_CHAIN_MAX 4

struct peer_key {
	uint64_t device;
	uint32_t family;
	uint8_t address[16];
	uint32_t pad;
};

TAILQ_HEAD(peer_list, peer);

struct peer {
	struct peer_key key;
	struct device *device;
	struct link *link; // to the question's destination
	// The destinations of the chain's other names: a block of one of them holds too.
	struct destination *chain[PEER_CHAIN_MAX];
	uint8_t chains;
	bool dirty;
	uint16_t names_length;
	char *names; // question first, each ended by NUL
	uint64_t seen_ns;
	TAILQ_ENTRY(peer) by_age; // oldest first
};

struct peer *peer_find(
	const struct state *s,
	const struct device *d,
	unsigned int family,
	const uint8_t address[16]
);
// `names` as in wire_name; moves what was counted for the bare address to the name.
struct peer *peer_learn(
	struct state *s,
	struct device *d,
	unsigned int family,
	const uint8_t address[16],
	const char *names,
	size_t length,
	uint64_t seen_ns
);
void peer_forget(struct state *s, struct peer *p);
// Whether the store has yet to hear of it; counted, so that nobody looks through all of them.
void peer_set_dirty(struct state *s, struct peer *p, bool dirty);
