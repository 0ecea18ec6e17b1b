// SPDX-License-Identifier: BSD-3-Clause
// TCP and UDP: ports, flags, and whether the header is whole; which datagrams carry names.
//
// Threads: pure.
// Source:  RFC 9293 3.1, RFC 768; ports: IANA.

#pragma once

#include "dataplane/parse/step.h"

#define TCP_STAMPS 0x0101080au // NOP, NOP, timestamp, its length 10

struct name_port {
	uint16_t port; // network order
	uint8_t kind; // enum names_kind
};

// Nine ports in sixteen places without a collision: one load tells.  The place is the same for
// both byte orders, so ports are looked up as they are in the packet.
#define NAME_SLOT(port) (((port) ^ (port) >> 8) & 15)
#define NAME_PORT(port, kind) [NAME_SLOT(port)] = {__builtin_bswap16(port), kind}
static const struct name_port name_ports[16] = {
	NAME_PORT(53, NAMES_DNS),
	NAME_PORT(67, NAMES_DHCP),
	NAME_PORT(68, NAMES_DHCP),
	NAME_PORT(137, NAMES_NETBIOS),
	NAME_PORT(546, NAMES_DHCPV6),
	NAME_PORT(547, NAMES_DHCPV6),
	NAME_PORT(1900, NAMES_SSDP),
	NAME_PORT(5353, NAMES_MDNS),
	NAME_PORT(5355, NAMES_LLMNR),
};

INLINE unsigned int
names_of_port(uint16_t port) {
	const struct name_port *n = &name_ports[NAME_SLOT(port)];
	return n->port == port ? n->kind : NAMES_NONE;
}

// In network order.
INLINE unsigned int
names_of_ports(uint16_t source, uint16_t target) {
	unsigned int kind = names_of_port(target);
	return likely_(kind == NAMES_NONE) ? names_of_port(source) : kind;
}

INLINE void
tcp_read(const struct view *v, struct facts *f, struct ends *ret) {
	const uint8_t *tcp = v->frame + f->l4;
	size_t left = view_left(v, f->l4);

	if (unlikely_(left < 20)) {
		f->flags |= f->flags & FACT_FRAGMENT ? FACT_TINY : FACT_MALFORMED;
		if (left < 4)
			return;
	}
	memcpy(&ret->source, tcp, 2);
	memcpy(&ret->target, tcp + 2, 2);
	f->flags |= FACT_PORTS;
	f->key.flags |= KEY_PORTS;
	if (unlikely_(left < 14))
		return;
	f->tcp_flags = tcp[13];

	size_t header = (size_t)(tcp[12] >> 4) * 4;
	if (unlikely_(header < 20)) {
		f->flags |= FACT_MALFORMED;
		return;
	}
	if (unlikely_(header > left)) {
		f->flags |= f->flags & FACT_FRAGMENT ? FACT_TINY : FACT_MALFORMED;
		return;
	}
	// No options, or the two paddings and the timestamp that nearly every segment has.
	if (header == 20 || (header == 32 && load32(tcp + 20) == TCP_STAMPS))
		return;
	if (!tcp_options_ok(tcp + 20, header - 20))
		f->flags |= FACT_MALFORMED;
}

INLINE void
udp_read(const struct view *v, struct facts *f, struct ends *ret) {
	const uint8_t *udp = v->frame + f->l4;
	size_t left = view_left(v, f->l4);

	if (unlikely_(left < 8)) {
		f->flags |= f->flags & FACT_FRAGMENT ? FACT_TINY : FACT_MALFORMED;
		if (left < 4)
			return;
	}
	memcpy(&ret->source, udp, 2);
	memcpy(&ret->target, udp + 2, 2);
	f->flags |= FACT_PORTS;
	f->key.flags |= KEY_PORTS;
	if (unlikely_(f->flags & (FACT_FRAGMENT | FACT_MALFORMED)))
		return;

	size_t stated = load16(udp + 4);
	if (unlikely_(stated < 8 || stated > f->l4_length)) {
		// RFC 2675: a jumbo datagram states zero.
		if (stated != 0 || f->l4_length != UINT16_MAX)
			f->flags |= FACT_MALFORMED;
		return;
	}
	f->names = (uint8_t)names_of_ports(ret->source, ret->target);
	f->flags |= f->names != NAMES_NONE ? FACT_NAMES : 0;
}

INLINE void
l4_read(const struct view *v, uint8_t hop_limit, struct facts *f, struct ends *ret) {
	if (likely_(f->key.protocol == IP_TCP))
		tcp_read(v, f, ret);
	else if (likely_(f->key.protocol == IP_UDP))
		udp_read(v, f, ret);
	else if (f->key.protocol == (f->key.family == 4 ? IP_ICMP : IP_ICMPV6))
		icmp_read(v, hop_limit, f, ret);
}
