// SPDX-License-Identifier: BSD-3-Clause
// The IPv6 header and its chain of extension headers.
//
// Shape:   at most PARSE_EXTENSIONS_MAX extension headers; a longer chain is malformed and its
//          flow is that of the header where the walk stopped.
// Threads: pure.
// Source:  RFC 8200, RFC 2675 (jumbo payload), RFC 4302 (AH's length).

#pragma once

#include "dataplane/parse/l4.h"

#define IP6_PAD1 0

// Extension headers as bits of the protocol number.
INLINE bool
ip6_is_extension(uint8_t protocol) {
	const uint64_t set = 1ull << IP_HOP_BY_HOP | 1ull << IP_ROUTING | 1ull << IP_FRAGMENT
		| 1ull << IP_AH | 1ull << IP_DESTINATION;
	return protocol < 64 && (set >> protocol & 1);
}

// Hop-by-hop and destination options fill their header exactly.
INLINE bool
ip6_options_ok(const uint8_t *header, size_t size) {
	for (size_t i = 2; i < size;) {
		if (header[i] == IP6_PAD1) {
			i++;
			continue;
		}
		if (size - i < 2 || header[i + 1] > size - i - 2)
			return false;
		i += (size_t)header[i + 1] + 2;
	}
	return true;
}

size_t ip6_jumbo(const struct view *v, size_t l3);
RARE void ip6_extended(struct view *v, struct facts *f, struct ends *ret);

// Writes addresses and ports in their order; true: the sender is end 1.
INLINE bool
ip6_order(const uint8_t *ip, const struct ends *e, struct facts *f) {
	uint64_t a = load64(ip + 8), b = load64(ip + 24);

	if (a == b) {
		a = load64(ip + 16);
		b = load64(ip + 32);
	}
	if (unlikely_(a == b)) {
		a = __builtin_bswap16(e->source);
		b = __builtin_bswap16(e->target);
	}
	bool swapped = a > b;
	memcpy(f->key.address[0], ip + (swapped ? 24 : 8), 16);
	memcpy(f->key.address[1], ip + (swapped ? 8 : 24), 16);
	f->key.port[0] = swapped ? e->target : e->source;
	f->key.port[1] = swapped ? e->source : e->target;
	return swapped;
}

INLINE void
ip6_key(const uint8_t *ip, const struct ends *e, struct facts *f) {
	f->flags |= ip6_order(ip, e, f) ? FACT_SWAPPED : 0;
}

INLINE void
ip6_read(struct view *v, struct facts *f) {
	const uint8_t *ip = v->frame + f->l3;
	size_t left = v->length - f->l3;
	size_t room = v->end - f->l3;

	if (unlikely_(left < 40 || room < 40 || ip[0] >> 4 != 6)) {
		f->flags |= FACT_MALFORMED;
		return;
	}
	size_t payload = load16(ip + 4);
	if (unlikely_(payload == 0))
		payload = ip6_jumbo(v, f->l3);
	f->key.family = 6;
	f->key.protocol = ip[6];
	f->flags |= FACT_IP;
	f->flags |= payload > room - 40 ? FACT_MALFORMED : 0;
	f->flags |= payload > left - 40 ? FACT_CUT : 0;
	v->end = payload < room - 40 ? f->l3 + 40 + payload : v->end;

	struct ends e = {0, 0};
	f->l4 = (uint16_t)(f->l3 + 40);
	f->l4_length = payload < UINT16_MAX ? (uint16_t)payload : UINT16_MAX;
	if (unlikely_(ip6_is_extension(ip[6])))
		ip6_extended(v, f, &e);
	else
		l4_read(v, ip[7], f, &e);
	if (unlikely_(f->names == NAMES_DHCPV6) && ip[24] == 0xff)
		f->flags |= f->flags & FACT_GROUP ? FACT_SAFE : 0;
	ip6_key(ip, &e, f);
}
