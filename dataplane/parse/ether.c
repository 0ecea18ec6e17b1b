// SPDX-License-Identifier: BSD-3-Clause
// Ethernet, its tags and PPPoE, the general way; plain.h takes the common frames before it.
#include "dataplane/parse/ip4.h"
#include "dataplane/parse/ip6.h"
#include "dataplane/parse/plain.h"

#define ETHER_HEADER 14
#define ETHER_LENGTH_MAX 0x05ff // IEEE 802.3: up to here a length, not a type

// Steps over the tags; returns the type behind them, and moves l3 there.
INLINE unsigned int
read_tags(const struct view *v, unsigned int type, struct facts *f) {
	while (is_tag(type)) {
		const uint8_t *tag = v->frame + f->l3;
		if (unlikely_(v->length - f->l3 < 4 || f->key.tags == PARSE_TAGS_MAX)) {
			f->flags |= FACT_MALFORMED;
			return type;
		}
		if (likely_(f->key.tags < 2))
			f->key.vlan[f->key.tags] = load16(tag) & 0x0fff;
		else if (f->vlan_offset == 0)
			f->vlan_offset = (uint8_t)f->l3;
		f->key.tags++;
		f->l3 += 4;
		type = load16(tag + 2);
	}
	return type;
}

// RFC 2516 and RFC 1661 6.5 (a protocol field compressed to one byte).  Returns the type inside.
static unsigned int
read_pppoe(struct view *v, struct facts *f) {
	const uint8_t *h = v->frame + f->l3;
	size_t left = v->length - f->l3;

	// Version and code are for the two ends of the session to check.
	if (left < PPPOE_HEADER + 1) {
		f->flags |= FACT_MALFORMED;
		return ETHER_PPPOE;
	}
	size_t payload = load16(h + 4);
	if (payload < v->end - f->l3 - PPPOE_HEADER)
		v->end = f->l3 + PPPOE_HEADER + payload;
	bool short_protocol = h[6] & 1;
	if (!short_protocol && left < PPPOE_HEADER + 2) {
		f->flags |= FACT_MALFORMED;
		return ETHER_PPPOE;
	}
	unsigned int protocol = short_protocol ? h[6] : load16(h + 6);
	size_t size = short_protocol ? PPPOE_HEADER + 1 : PPPOE_HEADER + 2;
	if (payload < size - PPPOE_HEADER || (protocol != PPP_IP4 && protocol != PPP_IP6))
		return ETHER_PPPOE;
	f->key.pppoe = load16(h + 2);
	f->key.flags |= KEY_PPPOE;
	f->flags |= FACT_PPPOE;
	f->l3 = (uint16_t)(f->l3 + size);
	return protocol == PPP_IP4 ? ETHER_IP4 : ETHER_IP6;
}

static void
read_other(unsigned int type, struct facts *f) {
	f->flags |= FACT_NON_IP;
	if (type == ETHER_ARP) {
		f->flags |= FACT_SAFE | FACT_NAMES;
		f->names = NAMES_ARP;
	} else if (type == ETHER_EAPOL) {
		f->flags |= FACT_SAFE;
	} else if (type == ETHER_LLDP) {
		f->flags |= FACT_NAMES;
		f->names = NAMES_LLDP;
	}
}

// Everything that is not plain.
static __attribute__((noinline)) void
read_frame(const uint8_t *frame, size_t length, size_t wire_length, struct facts *ret) {
	size_t end = wire_length > length ? wire_length : length;
	struct view v = {.frame = frame, .length = length, .end = end};

	*ret = (struct facts){0};
	if (unlikely_(length < ETHER_HEADER)) {
		ret->flags = FACT_MALFORMED | FACT_NON_IP;
		ret->flags |= length > 0 && frame[0] & 1 ? FACT_GROUP : 0;
		return;
	}
	unsigned int type = load16(frame + 12);
	ret->flags = frame[0] & 1 ? FACT_GROUP : 0;
	ret->l3 = ETHER_HEADER;
	if (unlikely_(type != ETHER_IP4)) {
		type = read_tags(&v, type, ret);
		if (type == ETHER_PPPOE)
			type = read_pppoe(&v, ret);
	}
	ret->ethertype = (uint16_t)type;
	if (likely_(type == ETHER_IP4))
		ip4_read(&v, ret);
	else if (likely_(type == ETHER_IP6))
		ip6_read(&v, ret);
	else
		read_other(type, ret);
}

void
parse_frame(const uint8_t *frame, size_t length, size_t wire_length, struct facts *ret) {
	*ret = (struct facts){0};
	if (unlikely_(!plain_frame(frame, length, ret)))
		read_frame(frame, length, wire_length, ret);
}

unsigned int
parse_tags(const uint8_t *frame, size_t length, uint16_t ret[PARSE_TAGS_MAX]) {
	unsigned int n = 0;

	for (size_t at = 12;
	     n < PARSE_TAGS_MAX && length >= at + 6 && is_tag(load16(frame + at));) {
		ret[n++] = load16(frame + at + 2) & 0x0fff;
		at += 4;
	}
	return n;
}
