// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/parse/ip6.h"

#define OPTION_JUMBO 0xc2

// The payload length of a packet that states zero: the jumbo option's, or what is there when that
// cannot be stated in 16 bits (BIG TCP leaves the option out), else zero.
size_t
ip6_jumbo(const struct view *v, size_t l3) {
	const uint8_t *ip = v->frame + l3;
	size_t left = view_left(v, l3 + 40);

	if (ip[6] != IP_HOP_BY_HOP) {
		size_t room = v->end - l3 - 40;
		return room > UINT16_MAX ? room : 0;
	}
	if (left < 8)
		return 0;
	const uint8_t *hop = ip + 40;
	size_t size = ((size_t)hop[1] + 1) * 8;
	if (size > left)
		return 0;
	for (size_t i = 2; i < size;) {
		if (hop[i] == IP6_PAD1) {
			i++;
			continue;
		}
		if (size - i < 2 || hop[i + 1] > size - i - 2)
			return 0;
		if (hop[i] == OPTION_JUMBO && hop[i + 1] == 4)
			return load32(hop + i + 2);
		i += (size_t)hop[i + 1] + 2;
	}
	return 0;
}

void
ip6_walk(const struct view *v, uint8_t next, size_t offset, struct ip6_chain *ret) {
	*ret = (struct ip6_chain){.protocol = next, .l4 = offset};
	for (unsigned int n = 0; ip6_is_extension(ret->protocol); n++) {
		const uint8_t *h = v->frame + ret->l4;
		size_t left = view_left(v, ret->l4);
		if (n == PARSE_EXTENSIONS_MAX || left < 8)
			return;
		size_t size = ((size_t)h[1] + 1) * 8;
		if (ret->protocol == IP_AH)
			size = ((size_t)h[1] + 2) * 4;
		if (ret->protocol == IP_FRAGMENT) {
			size = 8;
			ret->fragment = ret->l4;
			ret->later = (load16(h + 2) & 0xfff8) != 0;
			ret->more = h[3] & 1;
		}
		if (size > left)
			return;
		bool options = ret->protocol == IP_HOP_BY_HOP || ret->protocol == IP_DESTINATION;
		if (options && !ip6_options_ok(h, size))
			ret->bad_option = true;
		ret->protocol = h[0];
		ret->l4 += size;
		if (ret->later)
			break;
	}
	ret->ok = true;
}

void
ip6_extended(struct view *v, struct facts *f, struct ends *ret) {
	const uint8_t *ip = v->frame + f->l3;
	struct ip6_chain c;

	ip6_walk(v, ip[6], f->l4, &c);
	f->key.protocol = c.protocol;
	size_t passed = c.l4 - f->l4;
	f->l4 = (uint16_t)c.l4;
	if (f->l4_length != UINT16_MAX)
		f->l4_length = passed < f->l4_length ? (uint16_t)(f->l4_length - passed) : 0;
	if (c.later || c.more)
		f->flags |= FACT_FRAGMENT;
	f->flags |= c.bad_option ? FACT_MALFORMED : 0;
	if (!c.ok) {
		f->flags |= FACT_MALFORMED;
		return;
	}
	if (c.later) {
		f->flags |= FACT_LATER;
		bool second = load16(v->frame + c.fragment + 2) >> 3 == 1;
		f->flags |= second && c.protocol == IP_TCP ? FACT_TINY : 0;
		return;
	}
	l4_read(v, ip[7], f, ret);
}
