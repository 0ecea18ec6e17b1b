// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/inspect/dhcpv6.h"

#include "dataplane/inspect/dns.h"

#include <errno.h>
#include <string.h>

#define OPTIONS_MAX 64

// RFC 8415 21, RFC 4704, RFC 8520.
enum {
	OPTION_CLIENT_ID = 1,
	OPTION_IA_NA = 3,
	OPTION_IA_TA = 4,
	OPTION_IA_ADDRESS = 5,
	OPTION_ASKED = 6,
	OPTION_VENDOR = 16,
	OPTION_FQDN = 39,
	OPTION_MUD = 112,
};

// RFC 8415 11: link-layer address plus time, and link-layer address; hardware type Ethernet.
#define DUID_LLT 1
#define DUID_LL 3
#define HARDWARE_ETHERNET 1

static unsigned int
load16(const uint8_t *p) {
	return (unsigned int)p[0] << 8 | p[1];
}

// RFC 8415 7.3: what clients send.
static bool
is_client_type(uint8_t type) {
	switch (type) {
	case DHCPV6_SOLICIT:
	case DHCPV6_REQUEST:
	case 4: // CONFIRM
	case 5: // RENEW
	case 6: // REBIND
	case 8: // RELEASE
	case 9: // DECLINE
	case 11: // INFORMATION-REQUEST
		return true;
	default:
		return false;
	}
}

static void
take_duid(const uint8_t *data, size_t size, struct dhcpv6_message *ret) {
	if (size < 4 || load16(data + 2) != HARDWARE_ETHERNET)
		return;
	size_t at = load16(data) == DUID_LLT ? 8 : load16(data) == DUID_LL ? 4 : 0;
	if (at == 0 || size != at + 6)
		return;
	memcpy(ret->mac, data + at, 6);
	ret->has_mac = true;
}

static void
take_fqdn(const uint8_t *data, size_t size, struct dhcpv6_message *ret) {
	uint8_t wire[DNS_WIRE_MAX + 1] = {0};
	uint8_t lower[DNS_WIRE_MAX];
	char text[DNS_TEXT_MAX];

	if (size < 2 || size - 1 > DNS_WIRE_MAX)
		return;
	// A partial name has no root label (RFC 4704 4.2): the zero behind it serves for both.
	memcpy(wire, data + 1, size - 1);
	if (dns_name_wire(wire, size, 0, lower) < 0)
		return;
	size_t n = dns_wire_text(wire, size, text);
	if (n >= sizeof(ret->fqdn))
		return;
	memcpy(ret->fqdn, text, n + 1);
	ret->fqdn_length = (uint16_t)n;
}

static void
take_asked(const uint8_t *data, size_t size, struct dhcpv6_message *ret) {
	for (; size >= 2 && ret->asked_n < DHCPV6_ASKED_MAX; data += 2, size -= 2)
		ret->asked[ret->asked_n++] = (uint16_t)load16(data);
}

// Text up to its first NUL; too long a one is none.
static uint16_t
copy_text(const uint8_t *data, size_t size, char ret[256]) {
	size_t n = strnlen((const char *)data, size);

	if (n >= 256)
		return 0;
	memcpy(ret, data, n);
	ret[n] = '\0';
	return (uint16_t)n;
}

// RFC 8415 21.16: the enterprise's number, then texts with their lengths.
static void
take_vendor(const uint8_t *data, size_t size, struct dhcpv6_message *ret) {
	if (size < 6 || load16(data + 4) > size - 6)
		return;
	ret->vendor_length = copy_text(data + 6, load16(data + 4), ret->vendor);
}

static void walk(const uint8_t *at, size_t left, unsigned int depth, struct dhcpv6_message *ret);

static void
take(unsigned int code,
     const uint8_t *data,
     size_t size,
     unsigned int depth,
     struct dhcpv6_message *ret) {
	switch (code) {
	case OPTION_CLIENT_ID:
		take_duid(data, size, ret);
		break;
	case OPTION_FQDN:
		take_fqdn(data, size, ret);
		break;
	case OPTION_ASKED:
		if (depth == 0)
			take_asked(data, size, ret);
		break;
	case OPTION_VENDOR:
		take_vendor(data, size, ret);
		break;
	case OPTION_MUD:
		ret->mud_length = copy_text(data, size, ret->mud);
		break;
	case OPTION_IA_NA: // IAID, T1, T2, options
		if (depth == 0 && size > 12)
			walk(data + 12, size - 12, 1, ret);
		break;
	case OPTION_IA_TA: // IAID, options
		if (depth == 0 && size > 4)
			walk(data + 4, size - 4, 1, ret);
		break;
	case OPTION_IA_ADDRESS:
		if (depth == 1 && size >= 24 && ret->addresses_n < DHCPV6_ADDRESSES_MAX)
			memcpy(ret->addresses[ret->addresses_n++], data, 16);
		break;
	default:
		break;
	}
}

static void
walk(const uint8_t *at, size_t left, unsigned int depth, struct dhcpv6_message *ret) {
	for (unsigned int n = 0; n < OPTIONS_MAX && left >= 4; n++) {
		size_t size = load16(at + 2);
		if (size > left - 4)
			return;
		take(load16(at), at + 4, size, depth, ret);
		at += size + 4;
		left -= size + 4;
	}
}

int
dhcpv6_read(const uint8_t *message, size_t length, struct dhcpv6_message *ret) {
	if (length < 4) // type and transaction id
		return -EBADMSG;
	memset(ret, 0, sizeof(*ret));
	ret->type = message[0];
	ret->from_client = is_client_type(message[0]);
	memcpy(&ret->xid, message + 1, 3);
	if (ret->type != DHCPV6_RELAY_FORWARD && ret->type != DHCPV6_RELAY_REPLY)
		walk(message + 4, length - 4, 0, ret);
	return 0;
}
