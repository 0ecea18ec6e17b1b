// SPDX-License-Identifier: BSD-3-Clause
// What the files of this folder share: loads, the frame at hand, and the way from header to header.
//
// Shape:   everything on the common path is inlined into parse_frame; what is rare is a call.
// Threads: pure.

#pragma once

#include "dataplane/parse/parse.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define RARE __attribute__((noinline, cold))
#define likely_(x) __builtin_expect(!!(x), 1)
#define unlikely_(x) __builtin_expect(!!(x), 0)

// IANA protocol numbers.
enum {
	IP_HOP_BY_HOP = 0,
	IP_ICMP = 1,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_ROUTING = 43,
	IP_FRAGMENT = 44,
	IP_AH = 51,
	IP_ICMPV6 = 58,
	IP_NO_NEXT = 59,
	IP_DESTINATION = 60,
};

enum {
	ETHER_IP4 = 0x0800,
	ETHER_ARP = 0x0806,
	ETHER_VLAN = 0x8100,
	ETHER_IP6 = 0x86dd,
	ETHER_PPPOE = 0x8864,
	ETHER_EAPOL = 0x888e,
	ETHER_LLDP = 0x88cc,
	ETHER_QINQ = 0x88a8,
	ETHER_QINQ_OLD = 0x9100,
};

#define PPPOE_HEADER 6 // RFC 2516
#define PPP_IP4 0x0021
#define PPP_IP6 0x0057

// The frame, and how far it may be believed: `end` starts as the wire length and shrinks with
// every header that states a length; `length` is what can be read.
struct view {
	const uint8_t *frame;
	size_t length;
	size_t end;
};

INLINE bool
is_tag(unsigned int type) {
	return type == ETHER_VLAN || type == ETHER_QINQ || type == ETHER_QINQ_OLD;
}

INLINE uint16_t
load16(const uint8_t *p) {
	uint16_t v;
	memcpy(&v, p, sizeof(v));
	return __builtin_bswap16(v);
}

INLINE uint32_t
load32(const uint8_t *p) {
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return __builtin_bswap32(v);
}

INLINE uint64_t
load64(const uint8_t *p) {
	uint64_t v;
	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

// Bytes that can be read from `offset` on.
INLINE size_t
view_left(const struct view *v, size_t offset) {
	size_t limit = v->length < v->end ? v->length : v->end;
	return offset < limit ? limit - offset : 0;
}

// The upper header's two ends, in network order, equal for ICMP.
struct ends {
	uint16_t source;
	uint16_t target;
};

// ip4.c
bool ip4_options_ok(const uint8_t *options, size_t length);
// ip6.c: walks the chain from protocol `next` at `offset`; false: cut, or too long.
struct ip6_chain {
	size_t l4;
	size_t fragment; // offset of the fragment header, 0 when there is none
	uint8_t protocol;
	bool later;
	bool more;
	bool bad_option; // the chain goes on behind it
	bool ok;
};
void ip6_walk(const struct view *v, uint8_t next, size_t offset, struct ip6_chain *ret);
// l4.c
bool tcp_options_ok(const uint8_t *options, size_t length);
void icmp_read(const struct view *v, uint8_t hop_limit, struct facts *f, struct ends *ret);
