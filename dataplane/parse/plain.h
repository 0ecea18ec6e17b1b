// SPDX-License-Identifier: BSD-3-Clause
// The common frame in one go: up to two tags, PPPoE, IPv4 or IPv6 with nothing but options between
// it and a TCP or UDP header, all of it in hand and as it should be.
//
// Shape:   values stay in registers until it is known to be so.  Whatever is not plain is refused
//          and read by the general way, which would say the same of a plain frame (fuzz_frame
//          compares the two); what was written until then does not count.
// Threads: pure.

#pragma once

#include "dataplane/parse/ip6.h"

#define PLAIN_ETHER 14
#define PLAIN_IP4 20
#define PLAIN_IP6 40

INLINE uint32_t
load_word(const uint8_t *p) {
	uint32_t word;
	memcpy(&word, p, sizeof word);
	return word;
}

// `length`: of TCP or UDP, at least 8.
INLINE bool
plain_l4(const uint8_t *l4, size_t length, unsigned int protocol, struct facts *f) {
	if (protocol == IP_TCP) {
		if (unlikely_(length < 20))
			return false;
		unsigned int words = l4[12] >> 4;
		f->tcp_flags = l4[13];
		return likely_(words == 5)
			|| (words == 8 && length >= 32 && load32(l4 + 20) == TCP_STAMPS);
	}
	if (protocol != IP_UDP)
		return false;
	size_t stated = load16(l4 + 4);
	uint32_t ports = load_word(l4);
	unsigned int names = names_of_ports((uint16_t)ports, (uint16_t)(ports >> 16));
	if (unlikely_(names != NAMES_NONE))
		f->names = (uint8_t)names;
	return stated >= 8 && stated <= length;
}

// `l3` to `end` is in hand.  Returns the flags of the frame, 0 when it is not plain.
INLINE unsigned int
plain_ip4(const uint8_t *frame, size_t l3, size_t end, unsigned int flags, struct facts *f) {
	const uint8_t *ip = frame + l3, *l4 = ip + PLAIN_IP4;
	size_t left = end - l3;

	if (unlikely_(left < PLAIN_IP4 + 8))
		return 0;
	size_t total = load16(ip + 2);
	if (unlikely_(ip[0] != 0x45 || total > left || total < PLAIN_IP4 + 8))
		return 0;
	if (unlikely_((load_word(ip + 4) & __builtin_bswap32(0x3fff)) != 0)) // a fragment
		return 0;
	if (unlikely_(!plain_l4(l4, total - PLAIN_IP4, ip[9], f)))
		return 0;

	uint32_t from = load_word(ip + 12), to = load_word(ip + 16), ports = load_word(l4);
	bool swapped = __builtin_bswap32(from) > __builtin_bswap32(to);
	if (unlikely_(from == to))
		swapped = load16(l4) > load16(l4 + 2);
	if (unlikely_(f->names != NAMES_NONE)) {
		bool everyone = f->names == NAMES_DHCP && to == UINT32_MAX && flags & FACT_GROUP;
		flags |= everyone ? FACT_NAMES | FACT_SAFE : FACT_NAMES;
	}
	// Without a branch: which end is the smaller one is anyone's guess.
	uint32_t other = (from ^ to) & -(uint32_t)swapped;
	uint32_t low = from ^ other, high = to ^ other;
	unsigned int turn = 16 * swapped;
	ports = ports << turn | ports >> (-turn & 31);
	memcpy(f->key.address[0], &low, 4);
	memcpy(f->key.address[1], &high, 4);
	memcpy(f->key.port, &ports, 4);
	f->key.protocol = ip[9];
	f->l4 = (uint16_t)(l3 + PLAIN_IP4);
	f->l4_length = (uint16_t)(total - PLAIN_IP4);
	return flags | FACT_IP | FACT_PORTS | (swapped ? FACT_SWAPPED : 0);
}

// How far hop-by-hop and destination options reach, 0: not plain.  *protocol: before and after.
INLINE size_t
plain_options(const uint8_t *options, size_t length, unsigned int *protocol) {
	size_t at = 0;

	for (unsigned int n = 0; n < PARSE_EXTENSIONS_MAX; n++) {
		if (*protocol != IP_HOP_BY_HOP && *protocol != IP_DESTINATION)
			return at;
		const uint8_t *h = options + at;
		size_t size = ((size_t)h[1] + 1) * 8;
		if (at + size + 8 > length || !ip6_options_ok(h, size))
			return 0;
		at += size;
		*protocol = h[0];
	}
	return 0;
}

// From `l4` on there are `length` bytes of what `protocol` says.
INLINE unsigned int
plain_ip6_ends(
	const uint8_t *frame,
	size_t l3,
	size_t l4,
	size_t length,
	unsigned int protocol,
	unsigned int flags,
	struct facts *f
) {
	const uint8_t *ip = frame + l3;
	struct ends e;

	if (unlikely_(!plain_l4(frame + l4, length, protocol, f)))
		return 0;
	if (unlikely_(f->names != NAMES_NONE)) {
		bool group = f->names == NAMES_DHCPV6 && ip[24] == 0xff && flags & FACT_GROUP;
		flags |= group ? FACT_NAMES | FACT_SAFE : FACT_NAMES;
	}
	memcpy(&e.source, frame + l4, 2);
	memcpy(&e.target, frame + l4 + 2, 2);
	bool swapped = ip6_order(ip, &e, f);
	f->key.protocol = (uint8_t)protocol;
	f->l4 = (uint16_t)l4;
	f->l4_length = (uint16_t)length;
	return flags | FACT_IP | FACT_PORTS | (swapped ? FACT_SWAPPED : 0);
}

INLINE unsigned int
plain_ip6(const uint8_t *frame, size_t l3, size_t end, unsigned int flags, struct facts *f) {
	const uint8_t *ip = frame + l3;
	size_t left = end - l3, l4 = l3 + PLAIN_IP6;

	if (unlikely_(left < PLAIN_IP6 + 8))
		return 0;
	size_t length = load16(ip + 4);
	if (unlikely_(ip[0] >> 4 != 6 || length > left - PLAIN_IP6 || length < 8))
		return 0;
	if (likely_(ip[6] == IP_TCP || ip[6] == IP_UDP))
		return plain_ip6_ends(frame, l3, l4, length, ip[6], flags, f);
	unsigned int protocol = ip[6];
	size_t options = plain_options(frame + l4, length, &protocol);
	if (options == 0)
		return 0;
	return plain_ip6_ends(frame, l3, l4 + options, length - options, protocol, flags, f);
}

// Steps over what stands before IP.  Returns the type behind it, 0 when it is not plain.
INLINE unsigned int
plain_before_ip(
	const uint8_t *frame,
	unsigned int type,
	size_t *l3,
	size_t *end,
	unsigned int *flags,
	struct facts *f
) {
	if (is_tag(type)) {
		if (unlikely_(*end < PLAIN_ETHER + 8))
			return 0;
		f->key.vlan[0] = load16(frame + PLAIN_ETHER) & 0x0fff;
		f->key.tags = 1;
		type = load16(frame + PLAIN_ETHER + 2);
		*l3 = PLAIN_ETHER + 4;
		if (is_tag(type)) {
			f->key.vlan[1] = load16(frame + PLAIN_ETHER + 4) & 0x0fff;
			f->key.tags = 2;
			type = load16(frame + PLAIN_ETHER + 6);
			*l3 = PLAIN_ETHER + 8;
		}
	}
	if (likely_(type != ETHER_PPPOE))
		return type;
	const uint8_t *h = frame + *l3;
	size_t left = *end - *l3;
	if (unlikely_(left < PPPOE_HEADER + 2))
		return 0;
	size_t payload = load16(h + 4);
	unsigned int protocol = load16(h + 6);
	if (unlikely_(payload < 2 || payload > left - PPPOE_HEADER))
		return 0;
	f->key.pppoe = load16(h + 2);
	f->key.flags = KEY_PPPOE;
	*flags |= FACT_PPPOE;
	*end = *l3 + PPPOE_HEADER + payload;
	*l3 += PPPOE_HEADER + 2;
	return protocol == PPP_IP4 ? ETHER_IP4 : protocol == PPP_IP6 ? ETHER_IP6 : 0;
}

INLINE bool
plain_end(unsigned int flags, unsigned int type, size_t l3, struct facts *f) {
	if (unlikely_(flags == 0))
		return false;
	f->flags = (uint16_t)flags;
	f->ethertype = (uint16_t)type;
	f->l3 = (uint16_t)l3;
	f->key.family = type == ETHER_IP4 ? 4 : 6;
	f->key.flags |= KEY_PORTS;
	return true;
}

// *f is zero.  False: not plain, and *f is to be zeroed again.
INLINE bool
plain_frame(const uint8_t *frame, size_t length, struct facts *f) {
	size_t l3 = PLAIN_ETHER, end = length;

	if (unlikely_(length <= PLAIN_ETHER))
		return false;
	unsigned int type = load16(frame + 12);
	unsigned int flags = frame[0] & 1 ? FACT_GROUP : 0;
	if (likely_(type == ETHER_IP4)) { // once more by itself: every offset is a constant here
		flags = plain_ip4(frame, PLAIN_ETHER, length, flags, f);
		return plain_end(flags, ETHER_IP4, PLAIN_ETHER, f);
	}
	if (type == ETHER_IP6) {
		flags = plain_ip6(frame, PLAIN_ETHER, length, flags, f);
		return plain_end(flags, ETHER_IP6, PLAIN_ETHER, f);
	}
	type = plain_before_ip(frame, type, &l3, &end, &flags, f);
	if (type == ETHER_IP4)
		flags = plain_ip4(frame, l3, end, flags, f);
	else if (type == ETHER_IP6)
		flags = plain_ip6(frame, l3, end, flags, f);
	else
		return false;
	return plain_end(flags, type, l3, f);
}
