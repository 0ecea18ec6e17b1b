// SPDX-License-Identifier: BSD-3-Clause
// Reads one DHCPv4 message: who is speaking, under which name, what it asks for, and which address
// goes to it.
//
// Shape:   options are walked once through the options field, then the file and sname fields when
//          option 52 says so; split options are joined (RFC 3396) up to 255 bytes.
// Units:   addresses in network order, zero where the message has none.
// Threads: pure.
// Errors:  -EBADMSG: not Ethernet DHCP or cut before the options; a bad option ends the walk.
// Source:  RFC 2131, 2132, 3396, 4702, 8520 section 10 (option 161).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68

enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	DHCP_RELEASE = 7,
	DHCP_INFORM = 8,
};

struct dhcp_message {
	uint8_t type; // enum dhcp_type; 0 is plain BOOTP
	bool from_client; // op is BOOTREQUEST
	uint8_t mac[6]; // chaddr: the client
	uint32_t xid; // as it is in the message: an answer has that of its question
	uint8_t client[4]; // ciaddr: the address the client has
	uint8_t yours[4]; // yiaddr: the address the server gives
	uint8_t requested[4];
	uint8_t server[4]; // option 54: which server this is, or is meant for
	uint16_t hostname_length;
	uint16_t fqdn_length;
	char hostname[256]; // option 12 as sent, NUL-terminated
	uint16_t asked_length;
	uint16_t vendor_length;
	uint16_t mud_length;
	char fqdn[256]; // option 81 as text whatever its encoding, NUL-terminated
	uint8_t asked[255]; // option 55: the options that the client asks for, in its order
	char vendor[256]; // option 60, NUL-terminated
	char mud[256]; // option 161, NUL-terminated
};

int dhcp_read(const uint8_t *message, size_t length, struct dhcp_message *ret);
