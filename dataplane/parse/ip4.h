// SPDX-License-Identifier: BSD-3-Clause
// The IPv4 header: lengths, options, fragments, and the canonical key.
//
// Threads: pure.
// Source:  RFC 791 3.1; total length 0 is a segment to be cut by the card (TSO).

#pragma once

#include "dataplane/parse/l4.h"

#define IP4_MORE 0x2000
#define IP4_OFFSET 0x1fff

// Both ends as one number each, so that one comparison orders (address, port).
INLINE void
ip4_key(const uint8_t *ip, const struct ends *e, struct facts *f) {
	uint64_t a = (uint64_t)load32(ip + 12) << 16 | __builtin_bswap16(e->source);
	uint64_t b = (uint64_t)load32(ip + 16) << 16 | __builtin_bswap16(e->target);
	bool swapped = a > b;
	uint32_t low, high;

	memcpy(&low, ip + (swapped ? 16 : 12), 4);
	memcpy(&high, ip + (swapped ? 12 : 16), 4);
	memcpy(f->key.address[0], &low, 4);
	memcpy(f->key.address[1], &high, 4);
	f->key.port[0] = swapped ? e->target : e->source;
	f->key.port[1] = swapped ? e->source : e->target;
	f->flags |= swapped ? FACT_SWAPPED : 0;
}

INLINE void
ip4_safe(const uint8_t *ip, struct facts *f) {
	if (unlikely_(f->names == NAMES_DHCP) && load32(ip + 16) == UINT32_MAX)
		f->flags |= f->flags & FACT_GROUP ? FACT_SAFE : 0;
}

INLINE uint32_t
ip4_word(const uint8_t *p) {
	uint32_t word;
	memcpy(&word, p, sizeof word);
	return word;
}

// What nearly every packet is: no options, no fragment, all there, TCP or UDP as they should be.
// Everything stays in registers until it is known to be so.  False: nothing was written, and
// ip4_read finds out what it is; for what this takes, that would come to the same.
INLINE bool
ip4_plain(const struct view *v, struct facts *f) {
	const uint8_t *ip = v->frame + f->l3;
	const uint8_t *l4 = ip + 20;
	size_t left = view_left(v, f->l3);

	if (unlikely_(left < 28))
		return false;
	size_t total = load16(ip + 2);
	size_t length = total - 20;
	if (unlikely_(
		    ip[0] != 0x45 || total > left || total < 28
		    || (load16(ip + 6) & (IP4_MORE | IP4_OFFSET)) != 0
	    ))
		return false;

	uint64_t source = load16(l4), target = load16(l4 + 2);
	unsigned int flags = f->flags | FACT_IP | FACT_PORTS;
	if (ip[9] == IP_UDP) {
		size_t stated = load16(l4 + 4);
		if (unlikely_(stated < 8 || stated > length))
			return false;
		unsigned int names = names_of_ports((uint16_t)source, (uint16_t)target);
		if (unlikely_(names != NAMES_NONE)) {
			f->names = (uint8_t)names;
			flags |= FACT_NAMES;
			if (names == NAMES_DHCP && ip4_word(ip + 16) == UINT32_MAX)
				flags |= flags & FACT_GROUP ? FACT_SAFE : 0;
		}
	} else if (ip[9] == IP_TCP) {
		if (unlikely_(length < 20))
			return false;
		bool stamped = l4[12] >> 4 == 8 && length >= 32 && load32(l4 + 20) == TCP_STAMPS;
		if (unlikely_(l4[12] >> 4 != 5 && !stamped))
			return false;
		f->tcp_flags = l4[13];
	} else {
		return false;
	}

	uint32_t from = ip4_word(ip + 12), to = ip4_word(ip + 16), ports = ip4_word(l4);
	bool swapped = ((uint64_t)__builtin_bswap32(from) << 16 | source)
		> ((uint64_t)__builtin_bswap32(to) << 16 | target);
	// Without a branch: which end is the smaller one is anyone's guess.
	uint32_t other = (from ^ to) & -(uint32_t)swapped;
	uint32_t low = from ^ other, high = to ^ other;
	unsigned int turn = 16 * swapped;
	ports = ports << turn | ports >> (-turn & 31);
	memcpy(f->key.address[0], &low, 4);
	memcpy(f->key.address[1], &high, 4);
	memcpy(f->key.port, &ports, 4);
	f->key.family = 4;
	f->key.protocol = ip[9];
	f->key.flags |= KEY_PORTS;
	f->flags = (uint16_t)(flags | (swapped ? FACT_SWAPPED : 0));
	f->l4 = (uint16_t)(f->l3 + 20);
	f->l4_length = (uint16_t)length;
	return true;
}

INLINE void
ip4_read(struct view *v, struct facts *f) {
	const uint8_t *ip = v->frame + f->l3;

	if (likely_(ip4_plain(v, f)))
		return;
	size_t left = v->length - f->l3; // the caller has checked that l3 is inside
	size_t room = v->end - f->l3;

	if (unlikely_(left < 20 || room < 20)) {
		f->flags |= FACT_MALFORMED;
		return;
	}
	size_t header = (size_t)(ip[0] & 15) * 4;
	size_t total = load16(ip + 2);
	if (unlikely_(total == 0))
		total = room;
	if (unlikely_(ip[0] >> 4 != 4 || header < 20 || total < header)) {
		f->flags |= FACT_MALFORMED;
		return;
	}
	f->key.family = 4;
	f->key.protocol = ip[9];
	f->flags |= FACT_IP;
	f->flags |= total > room ? FACT_MALFORMED : 0;
	f->flags |= total > left ? FACT_CUT : 0;
	v->end = total < room ? f->l3 + total : v->end;

	struct ends e = {0, 0};
	size_t length = total - header;
	f->l4 = (uint16_t)(f->l3 + header);
	f->l4_length = length < UINT16_MAX ? (uint16_t)length : UINT16_MAX;
	if (unlikely_(header > 20)) {
		if (header > left || !ip4_options_ok(ip + 20, header - 20))
			f->flags |= FACT_MALFORMED;
	}
	unsigned int fragment = load16(ip + 6) & (IP4_MORE | IP4_OFFSET);
	if (unlikely_(fragment != 0))
		f->flags |= fragment & IP4_OFFSET ? FACT_FRAGMENT | FACT_LATER : FACT_FRAGMENT;
	if (likely_((fragment & IP4_OFFSET) == 0)) {
		l4_read(v, ip[8], f, &e);
		ip4_safe(ip, f);
	} else if (fragment == 1 || fragment == (IP4_MORE | 1)) {
		// RFC 1858: eight bytes in, it would write over a TCP header's flags.
		f->flags |= ip[9] == IP_TCP ? FACT_TINY : 0;
	}
	ip4_key(ip, &e, f);
}
