// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/answer/turn.h"

#include "dataplane/checksum.h"

#include <string.h>

#define ETHER_MIN 60 // without FCS
#define ETHERTYPE_PPPOE 0x8864
#define PPPOE_LENGTH 4 // in front of the IP header: length, PPP protocol
#define IP4_HEADER 20
#define IP6_HEADER 40
#define ANSWER_TTL 64

static void
swap(uint8_t *a, uint8_t *b, size_t n) {
	uint8_t kept[16];

	memcpy(kept, a, n);
	memcpy(a, b, n);
	memcpy(b, kept, n);
}

static void
put16(uint8_t *at, size_t value) {
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static bool
has_plain_pppoe(const uint8_t *frame, const struct facts *f) {
	return f->l3 >= 14 + 8 && frame[f->l3 - 10] == ETHERTYPE_PPPOE >> 8
		&& frame[f->l3 - 9] == (ETHERTYPE_PPPOE & 0xff);
}

bool
turn_is_plain(const uint8_t *frame, size_t length, const struct facts *f) {
	const unsigned int odd = FACT_MALFORMED | FACT_FRAGMENT | FACT_LATER | FACT_GROUP
		| FACT_TINY | FACT_CUT | FACT_ICMP_ERROR;
	size_t header = f->key.family == 4 ? IP4_HEADER : IP6_HEADER;

	if (!(f->flags & FACT_IP) || !(f->flags & FACT_PORTS) || f->flags & odd)
		return false;
	if (f->l4 != f->l3 + header || f->l4_length == UINT16_MAX)
		return false;
	if ((size_t)f->l4 + f->l4_length > length)
		return false;
	return !(f->flags & FACT_PPPOE) || has_plain_pppoe(frame, f);
}

size_t
turn_frame(uint8_t *frame, const struct facts *f, size_t l4_length) {
	uint8_t *ip = frame + f->l3;
	size_t end = f->l4 + l4_length;

	swap(frame, frame + 6, 6);
	if (f->flags & FACT_PPPOE)
		put16(ip - PPPOE_LENGTH, end - f->l3 + 2);
	if (f->key.family == 4) {
		swap(ip + 12, ip + 16, 4);
		put16(ip + 2, end - f->l3);
		ip[8] = ANSWER_TTL;
		checksum_ip4(ip, IP4_HEADER);
	} else {
		swap(ip + 8, ip + 24, 16);
		put16(ip + 4, l4_length);
		ip[7] = ANSWER_TTL;
	}
	swap(frame + f->l4, frame + f->l4 + 2, 2);
	checksum_write(frame, f, l4_length);
	if (end >= ETHER_MIN)
		return end;
	memset(frame + end, 0, ETHER_MIN - end);
	return ETHER_MIN;
}
