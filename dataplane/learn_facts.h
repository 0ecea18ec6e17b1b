// SPDX-License-Identifier: BSD-3-Clause
// What devices say of themselves, and show by the first packets of their flows: host names, facts,
// and where in the home the bridge stands.
//
// Shape:   a device is believed about itself alone: the address that it names must be its own, the
//          hardware address in a lease the one that it sends from.
// Threads: a worker's own call; the tables are shared.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/worker.h"

// Packet i, which FACT_NAMES marks.
void learn_facts(struct worker *w, const struct batch *b, unsigned int i);
// A whole mDNS or LLMNR message, as packet i's facts say.
void learn_multicast(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length
);
// An SSDP message, from any port.
void learn_ssdp(struct worker *w, const struct batch *b, unsigned int i);
// Every packet that began a flow in this batch.
void learn_news(struct worker *w, const struct batch *b);

// A sample of the new flows is enough: a flood of them is not looked at one by one.
static inline bool
learn_wants_news(const struct worker *w, const struct batch *b) {
	return b->news_n > 0 && w->news_at - b->time[0] - 1 >= NS_PER_S; // not just ahead
}
// Packet i begins a flow: is that a tunnel, or DNS over QUIC?
void learn_tunnel(struct worker *w, const struct batch *b, unsigned int i);
// What a client says first over TCP; `hello`: it is a TLS hello.
void learn_tunnel_segment(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *bytes,
	size_t length,
	bool hello
);
// Packet i said hello to a server by this name: is it one that resolves names?
void learn_resolver(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *wire,
	size_t length
);
