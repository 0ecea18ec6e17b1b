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

INLINE void
ip4_read(struct view *v, struct facts *f) {
	const uint8_t *ip = v->frame + f->l3;
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
