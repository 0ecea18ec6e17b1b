// SPDX-License-Identifier: BSD-3-Clause
// One frame in, facts out: Ethernet to TCP, UDP and ICMP in one bounded pass, no state, no copies.
//
// Shape:   struct facts is one cache line, so that a batch's facts stay in L1; its key is already
//          canonical (the same for both directions), hashing and comparing need nothing else.
// Units:   offsets from the first byte of the frame; addresses, ports and ids in network order.
// Threads: pure.
// Errors:  none: what cannot be read is marked FACT_MALFORMED and the facts hold what came before.
// Source:  IEEE 802.3, 802.1Q, RFC 2516, 791, 8200, 9293, 768, 792, 4443; bounds from
//          reference/reliability.md 4.5.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARSE_TAGS_MAX 4
#define PARSE_EXTENSIONS_MAX 16

enum fact {
	FACT_IP = 1 << 0, // key is filled: this frame belongs to a flow
	FACT_MALFORMED = 1 << 1, // headers contradict themselves or the frame's length
	FACT_SWAPPED = 1 << 2, // the sender is end 1 of the key, not end 0
	FACT_PORTS = 1 << 3, // key.port was read from the frame
	FACT_FRAGMENT = 1 << 4, // MF set or offset not 0
	FACT_LATER = 1 << 5, // fragment with offset > 0: ports come from the fragment table
	FACT_ICMP = 1 << 6, // icmp_type and icmp_code are read
	FACT_ICMP_ECHO = 1 << 7, // key.port[] holds the identifier, both the same
	FACT_ICMP_ERROR = 1 << 8, // quotes a packet at l4 + 8; its key is of its own kind
	FACT_GROUP = 1 << 9, // destination MAC is broadcast or multicast
	FACT_SAFE = 1 << 10, // DESIGN's safety class, as far as the frame alone tells
	FACT_TINY = 1 << 11, // first fragment without the whole upper header, or one over it
	FACT_NAMES = 1 << 12, // inspect wants it: DNS, DHCP, ARP, ND and the like
	FACT_CUT = 1 << 13, // the IP length exceeds the bytes in hand
	FACT_PPPOE = 1 << 14,
	FACT_NON_IP = 1 << 15, // by its types; neither this nor FACT_IP: an unusable IP header
};

// Which reader inspect calls, for FACT_NAMES; told by protocol and ports of whole datagrams only.
enum names_kind {
	NAMES_NONE,
	NAMES_ARP,
	NAMES_ND, // hop limit 255
	NAMES_DNS,
	NAMES_MDNS,
	NAMES_LLMNR,
	NAMES_DHCP, // 67 or 68; FACT_SAFE only to broadcast, the rest is the judge's
	NAMES_DHCPV6, // 546 or 547; FACT_SAFE only to multicast
	NAMES_NETBIOS,
	NAMES_SSDP,
	NAMES_LLDP,
	// Told by stage_flow, not by the frame alone:
	NAMES_WATCHED, // a packet of a flow that inspect watches
	NAMES_PIECE, // a fragment of a datagram that may be DNS
};

// Both directions of a conversation have the same key: end 0 is the smaller (address, port).
// IPv4 addresses take four bytes and the rest is zero.  Unused fields are zero, so that the key
// can be compared and hashed as 48 bytes.
struct flow_key {
	uint8_t address[2][16];
	// Network order; ICMP echo: the identifier twice; other ICMP: the type (and 0) twice.
	uint16_t port[2];
	uint16_t vlan[2]; // ids of the two outer tags, host order
	uint16_t pppoe; // session id, host order
	uint16_t side; // 0; or the id of a side-table row for a third and fourth tag
	uint8_t protocol;
	uint8_t family; // 4 or 6
	uint8_t tags; // how many tags, so that VLAN 0 differs from none
	uint8_t flags; // enum flow_key_flag: what the zero in a field means
};

enum flow_key_flag {
	KEY_PORTS = 1 << 0,
	KEY_PPPOE = 1 << 1,
	KEY_ICMP_ECHO = 1 << 2,
	KEY_ICMP_OTHER = 1 << 3, // port[] holds the ICMP type in its first byte
};

struct facts {
	struct flow_key key;
	uint16_t flags; // enum fact
	uint16_t ethertype; // the last one, host order; up to 0x05ff a length; IP in PPPoE as IP
	uint16_t l3; // offset of the IP or ARP header; of the payload for other types
	uint16_t l4; // offset of the upper header, 0 when there is none
	// Bytes from l4 to the end of the IP packet, 65535 for more; without the frame's padding;
	// more than the bytes in hand where FACT_CUT is set.
	uint16_t l4_length;
	uint8_t tcp_flags;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t vlan_offset; // where a third tag's id starts, 0 when there are at most two
	uint8_t names; // enum names_kind
	uint8_t pad;
};

_Static_assert(sizeof(struct flow_key) == 48, "compared and hashed whole");
_Static_assert(sizeof(struct facts) == 64, "one cache line");

// Reads `length` bytes that start with the destination MAC.  `wire_length` is the frame's length
// when it was taken (larger than `length` in a cut capture, else equal).
void parse_frame(const uint8_t *frame, size_t length, size_t wire_length, struct facts *ret);

// What tells the fragments of one datagram apart; only for FACT_FRAGMENT.  All fragments of one
// datagram have the same addresses in the same order: a later one takes key and FACT_SWAPPED of
// the first (IPv6: its protocol may differ, too).
struct fragment_id {
	uint32_t id;
	uint16_t offset; // bytes
	uint16_t length; // of the fragment's payload, bytes
	bool more;
};
void parse_fragment(const uint8_t *frame, const struct facts *f, struct fragment_id *ret);

// The packet quoted by an ICMP error, as facts of its own (key as the quoted sender sent it).
// False when the quote cannot be read.
bool parse_quote(const uint8_t *frame, size_t length, const struct facts *f, struct facts *ret);

// The tag ids of a frame, outer first; returns how many (at most PARSE_TAGS_MAX).
unsigned int parse_tags(const uint8_t *frame, size_t length, uint16_t ret[PARSE_TAGS_MAX]);
