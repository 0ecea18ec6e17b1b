// SPDX-License-Identifier: BSD-3-Clause
// Names that take more than one packet: DNS over TCP and in fragments, server names in hellos.
//
// Shape:   stage_flow asks names_watch when a flow begins; while inspect watches it, its packets
//          are not `cached` and come to names_read_watched.  Nothing else pays.
// Threads: a worker's own call.
// Errors:  none: what cannot be read, or takes too long, is not known.
// Source:  DESIGN 9 "Names"; ports: IANA.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/inspect/dns.h"
#include "dataplane/inspect/tunnel.h"
#include "dataplane/policy/policy.h"
#include "dataplane/table/flow.h"
#include "dataplane/worker.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// May the names in hellos be read?
static inline bool
names_hellos(const struct worker *w) {
	return w->shared->inspect_hellos || w->policy->rules->flags & POLICY_INSPECT_HELLOS;
}

static inline bool
names_has_port(const struct facts *f, uint16_t port) {
	uint16_t p = htons(port);
	return f->key.port[0] == p || f->key.port[1] == p;
}

// What is wanted of a flow that begins with this packet.
static inline enum flow_watch
names_watch(const struct worker *w, const struct facts *f) {
	if (f->key.protocol == IPPROTO_TCP) {
		if (names_has_port(f, DNS_PORT) || names_has_port(f, DNS_LLMNR_PORT))
			return WATCH_DNS;
		bool shown = names_has_port(f, TUNNEL_DNS_PORT)
			|| names_has_port(f, TUNNEL_OPENVPN_PORT);
		return shown || names_hellos(w) ? WATCH_TLS : WATCH_NOTHING;
	}
	if (f->key.protocol == IPPROTO_UDP && names_hellos(w) && f->names == NAMES_NONE)
		return WATCH_QUIC;
	return WATCH_NOTHING;
}

// Is this fragment one of a datagram that may be DNS?  While no port is known, it may.
static inline bool
names_wants_piece(const struct facts *f) {
	if (f->key.protocol != IPPROTO_UDP)
		return false;
	return !(f->key.flags & KEY_PORTS) || names_has_port(f, DNS_PORT)
		|| names_has_port(f, DNS_MDNS_PORT) || names_has_port(f, DNS_LLMNR_PORT);
}

// One whole DNS message of packet i, whose facts say which kind it is.
void names_read_message(
	struct worker *w,
	struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length
);
void names_read_watched(struct worker *w, struct batch *b, unsigned int i);
void names_read_piece(struct worker *w, struct batch *b, unsigned int i);

struct stream;
// The stream of one end of a flow; made with `base` where there is none.
struct stream *
names_stream(struct worker *w, const struct flow *f, unsigned int end, uint32_t base);
struct stream *names_stream_known(struct worker *w, const struct flow *f, unsigned int end);

// A segment's place in its stream.
struct segment {
	const uint8_t *bytes;
	size_t length; // in hand
	uint32_t at; // sequence number of bytes[0]
	uint32_t ack;
	uint8_t flags; // enum tcp_flag
};
bool names_segment(const struct batch *b, unsigned int i, struct segment *ret);

void names_read_hello(struct worker *w, struct batch *b, unsigned int i, struct flow_cold *cold);
void names_read_quic(struct worker *w, struct batch *b, unsigned int i, struct flow_cold *cold);
