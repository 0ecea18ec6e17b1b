// SPDX-License-Identifier: BSD-3-Clause
// Reads one DHCPv6 message: the client's name, its hardware address, what it asks for, the
// addresses it is given.
//
// Shape:   options are walked once, at most 64; relayed messages are not opened.
// Threads: pure.
// Errors:  -EBADMSG when the message is cut before its options; a bad option ends the walk.
// Source:  RFC 8415, 4704 (option 39), 6355, 8520 section 10 (option 112).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DHCPV6_CLIENT_PORT 546
#define DHCPV6_SERVER_PORT 547
#define DHCPV6_ADDRESSES_MAX 4
#define DHCPV6_ASKED_MAX 64

enum dhcpv6_type {
	DHCPV6_SOLICIT = 1,
	DHCPV6_ADVERTISE = 2,
	DHCPV6_REQUEST = 3,
	DHCPV6_REPLY = 7,
	DHCPV6_RELAY_FORWARD = 12,
	DHCPV6_RELAY_REPLY = 13,
};

struct dhcpv6_message {
	uint8_t type;
	bool from_client;
	uint32_t xid; // as it is in the message, three bytes: an answer has that of its question
	bool has_mac; // the client's DUID is of the link-layer kinds
	uint8_t mac[6]; // that hardware address: perhaps of another interface of the same device
	uint16_t fqdn_length;
	char fqdn[256]; // option 39 as text, NUL-terminated
	uint16_t vendor_length;
	uint16_t mud_length;
	char vendor[256]; // option 16, the first of its texts, NUL-terminated
	char mud[256]; // option 112, NUL-terminated
	uint16_t asked_n;
	uint16_t asked[DHCPV6_ASKED_MAX]; // option 6: the options that the client asks for
	uint16_t addresses_n;
	uint8_t addresses[DHCPV6_ADDRESSES_MAX][16]; // of IA_NA and IA_TA
};

int dhcpv6_read(const uint8_t *message, size_t length, struct dhcpv6_message *ret);
