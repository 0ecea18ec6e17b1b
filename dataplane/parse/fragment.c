// SPDX-License-Identifier: BSD-3-Clause
// The rare questions about a frame that parse_frame has read: its fragment, and what it quotes.
#include "dataplane/parse/ip4.h"
#include "dataplane/parse/ip6.h"

void
parse_fragment(const uint8_t *frame, const struct facts *f, struct fragment_id *ret) {
	const uint8_t *ip = frame + f->l3;

	*ret = (struct fragment_id){.length = f->l4_length};
	if (f->key.family == 4) {
		unsigned int bits = load16(ip + 6);
		ret->id = load16(ip + 4);
		ret->offset = (uint16_t)((bits & IP4_OFFSET) * 8);
		ret->more = bits & IP4_MORE;
		return;
	}
	// parse_frame has walked this chain: what it could read is there.
	struct view v = {.frame = frame, .length = f->l4, .end = f->l4};
	struct ip6_chain c;
	ip6_walk(&v, ip[6], (size_t)f->l3 + 40, &c);
	if (c.fragment == 0)
		return;
	const uint8_t *h = frame + c.fragment;
	ret->id = load32(h + 4);
	ret->offset = load16(h + 2) & 0xfff8;
	ret->more = h[3] & 1;
	ret->length = (uint16_t)(f->l4_length + (f->l4 - c.fragment - 8));
}

// Ports or identifier of a quote: eight bytes of the upper header are promised (RFC 792), no more.
static void
quote_ends(const struct view *v, struct facts *ret, struct ends *e) {
	const uint8_t *h = v->frame + ret->l4;
	size_t left = view_left(v, ret->l4);

	if (ret->key.protocol == IP_TCP || ret->key.protocol == IP_UDP) {
		if (left < 4)
			return;
		memcpy(&e->source, h, 2);
		memcpy(&e->target, h + 2, 2);
		ret->key.flags |= KEY_PORTS;
		ret->flags |= FACT_PORTS;
	} else if (ret->key.protocol == (ret->key.family == 4 ? IP_ICMP : IP_ICMPV6)) {
		icmp_read(v, 0, ret, e);
		ret->flags &= ~(FACT_MALFORMED | FACT_SAFE | FACT_NAMES);
	}
}

static bool
quote_ip4(const struct view *v, const uint8_t *ip, size_t left, struct facts *ret) {
	size_t header = (size_t)(ip[0] & 15) * 4;
	struct ends e = {0, 0};

	if (left < 20 || ip[0] >> 4 != 4 || header < 20 || header > left)
		return false;
	ret->key.family = 4;
	ret->key.protocol = ip[9];
	ret->l4 = (uint16_t)(ret->l3 + header);
	ret->l4_length = (uint16_t)(left - header);
	unsigned int fragment = load16(ip + 6) & (IP4_MORE | IP4_OFFSET);
	if (fragment != 0)
		ret->flags |= fragment & IP4_OFFSET ? FACT_FRAGMENT | FACT_LATER : FACT_FRAGMENT;
	if ((fragment & IP4_OFFSET) == 0)
		quote_ends(v, ret, &e);
	ip4_key(ip, &e, ret);
	return true;
}

static bool
quote_ip6(const struct view *v, const uint8_t *ip, size_t left, struct facts *ret) {
	struct ip6_chain c;
	struct ends e = {0, 0};

	if (left < 40 || ip[0] >> 4 != 6)
		return false;
	ip6_walk(v, ip[6], (size_t)ret->l3 + 40, &c);
	ret->key.family = 6;
	ret->key.protocol = c.protocol;
	ret->l4 = (uint16_t)c.l4;
	ret->l4_length = (uint16_t)view_left(v, c.l4);
	if (c.later || c.more)
		ret->flags |= c.later ? FACT_FRAGMENT | FACT_LATER : FACT_FRAGMENT;
	if (c.ok && !c.later)
		quote_ends(v, ret, &e);
	ip6_key(ip, &e, ret);
	return true;
}

bool
parse_quote(const uint8_t *frame, size_t length, const struct facts *f, struct facts *ret) {
	size_t end = (size_t)f->l4 + f->l4_length;
	struct view v = {.frame = frame, .length = length, .end = end};
	size_t left = view_left(&v, (size_t)f->l4 + 8);
	struct facts q = {
		.flags = FACT_IP | (f->flags & (FACT_GROUP | FACT_PPPOE)),
		.ethertype = f->ethertype,
		.l3 = (uint16_t)(f->l4 + 8),
		.vlan_offset = f->vlan_offset,
	};

	if (!(f->flags & FACT_ICMP_ERROR) || left == 0)
		return false;
	q.key.vlan[0] = f->key.vlan[0];
	q.key.vlan[1] = f->key.vlan[1];
	q.key.tags = f->key.tags;
	q.key.side = f->key.side;
	q.key.pppoe = f->key.pppoe;
	q.key.flags = f->key.flags & KEY_PPPOE;
	const uint8_t *ip = frame + q.l3;
	if (!(f->key.family == 4 ? quote_ip4(&v, ip, left, &q) : quote_ip6(&v, ip, left, &q)))
		return false;
	*ret = q;
	return true;
}
