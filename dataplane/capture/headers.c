// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/capture/headers.h"

#include "platform/base.h"

#include <netinet/in.h>

#define ETHERTYPE_ARP 0x0806
#define ARP_BYTES 28 // RFC 826, for Ethernet and IPv4
#define IP4_BYTES 20
#define IP6_BYTES 40
#define TCP_BYTES 20
#define SHORT_HEADER 8 // UDP, UDP-Lite, ICMP, ICMPv6
#define SCTP_BYTES 12
#define ND_BYTES 24 // with the target address

static uint32_t
tcp_bytes(const uint8_t *frame, uint32_t length, uint32_t l4) {
	if (length - l4 < TCP_BYTES)
		return TCP_BYTES;
	return MAX_OF((uint32_t)(frame[l4 + 12] >> 4) * 4, (uint32_t)TCP_BYTES);
}

static uint32_t
transport_bytes(const uint8_t *frame, uint32_t length, const struct facts *f) {
	if (f->flags & FACT_LATER)
		return 0;
	switch (f->key.protocol) {
	case IPPROTO_TCP:
		return tcp_bytes(frame, length, f->l4);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_ICMP:
		return SHORT_HEADER;
	case IPPROTO_ICMPV6:
		return f->names == NAMES_ND ? ND_BYTES : SHORT_HEADER;
	case IPPROTO_SCTP:
		return SCTP_BYTES;
	}
	return 0;
}

uint32_t
headers_end(const uint8_t *frame, uint32_t length, const struct facts *f) {
	uint32_t end = f->l3;

	if (f->l4 && f->l4 <= length)
		end = f->l4 + transport_bytes(frame, length, f);
	else if (f->flags & FACT_IP)
		end += f->key.family == 4 ? IP4_BYTES : IP6_BYTES;
	else if (f->ethertype == ETHERTYPE_ARP)
		end += ARP_BYTES;
	return MIN_OF(end, length);
}
