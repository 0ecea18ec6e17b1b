// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/inspect/dhcp.h"

#include "dataplane/inspect/dns.h"

#include <errno.h>
#include <string.h>

// RFC 2131 2: the fixed part, then the magic cookie.
#define OFFSET_XID 4
#define OFFSET_YOURS 16
#define OFFSET_CHADDR 28
#define OFFSET_SNAME 44
#define OFFSET_FILE 108
#define OFFSET_OPTIONS 240
#define HTYPE_ETHERNET 1

// RFC 2132, 4702, 8520.
enum {
	OPTION_PAD = 0,
	OPTION_HOSTNAME = 12,
	OPTION_REQUESTED = 50,
	OPTION_OVERLOAD = 52,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_ASKED = 55,
	OPTION_VENDOR = 60,
	OPTION_FQDN = 81,
	OPTION_MUD = 161,
	OPTION_END = 255,
};

#define FQDN_ENCODED 0x04 // the E bit: wire form instead of text

// An option may come in pieces (RFC 3396).
struct joined {
	size_t length;
	uint8_t bytes[255];
};

struct options {
	struct joined hostname;
	struct joined fqdn;
	struct joined asked;
	struct joined vendor;
	struct joined mud;
	uint8_t overload;
};

static void
join(struct joined *j, const uint8_t *data, size_t size) {
	if (size > sizeof(j->bytes) - j->length)
		size = sizeof(j->bytes) - j->length;
	memcpy(j->bytes + j->length, data, size);
	j->length += size;
}

static void
take(uint8_t code, const uint8_t *data, size_t size, struct options *o, struct dhcp_message *ret) {
	switch (code) {
	case OPTION_HOSTNAME:
		join(&o->hostname, data, size);
		break;
	case OPTION_FQDN:
		join(&o->fqdn, data, size);
		break;
	case OPTION_ASKED:
		join(&o->asked, data, size);
		break;
	case OPTION_VENDOR:
		join(&o->vendor, data, size);
		break;
	case OPTION_MUD:
		join(&o->mud, data, size);
		break;
	case OPTION_REQUESTED:
		if (size == 4)
			memcpy(ret->requested, data, 4);
		break;
	case OPTION_SERVER:
		if (size == 4)
			memcpy(ret->server, data, 4);
		break;
	case OPTION_OVERLOAD:
		if (size == 1)
			o->overload = data[0];
		break;
	case OPTION_TYPE:
		if (size == 1)
			ret->type = data[0];
		break;
	default:
		break;
	}
}

static void
walk(const uint8_t *at, size_t left, struct options *o, struct dhcp_message *ret) {
	while (left > 0 && at[0] != OPTION_END) {
		if (at[0] == OPTION_PAD) {
			at++;
			left--;
			continue;
		}
		if (left < 2 || at[1] > left - 2)
			return;
		take(at[0], at + 2, at[1], o, ret);
		left -= (size_t)at[1] + 2;
		at += (size_t)at[1] + 2;
	}
}

// Copies text up to its first NUL; some clients send one.
static uint16_t
copy_text(const uint8_t *from, size_t size, char ret[256]) {
	size_t n = strnlen((const char *)from, size);
	memcpy(ret, from, n);
	ret[n] = '\0';
	return (uint16_t)n;
}

static void
copy_fqdn(const struct joined *j, struct dhcp_message *ret) {
	if (j->length < 3)
		return; // flags and two return codes
	const uint8_t *name = j->bytes + 3;
	size_t size = j->length - 3;
	if (!(j->bytes[0] & FQDN_ENCODED)) {
		ret->fqdn_length = copy_text(name, size, ret->fqdn);
		return;
	}
	char text[DNS_TEXT_MAX];
	uint8_t wire[sizeof(j->bytes) + 1] = {0};
	uint8_t lower[DNS_WIRE_MAX];
	// A partial name has no root label: the zero behind it serves for both.
	memcpy(wire, name, size);
	if (size == 0 || dns_name_wire(wire, size + 1, 0, lower) < 0)
		return;
	size_t n = dns_wire_text(wire, size + 1, text);
	if (n < sizeof(ret->fqdn))
		ret->fqdn_length = copy_text((const uint8_t *)text, n, ret->fqdn);
}

int
dhcp_read(const uint8_t *message, size_t length, struct dhcp_message *ret) {
	static const uint8_t cookie[4] = {99, 130, 83, 99};

	if (length < OFFSET_OPTIONS || message[1] != HTYPE_ETHERNET || message[2] != 6)
		return -EBADMSG;
	if ((message[0] != 1 && message[0] != 2)
	    || memcmp(message + OFFSET_OPTIONS - 4, cookie, 4) != 0)
		return -EBADMSG;

	memset(ret, 0, sizeof(*ret));
	ret->from_client = message[0] == 1;
	memcpy(ret->mac, message + OFFSET_CHADDR, 6);
	memcpy(&ret->xid, message + OFFSET_XID, 4);
	memcpy(ret->client, message + OFFSET_YOURS - 4, 4);
	memcpy(ret->yours, message + OFFSET_YOURS, 4);

	struct options o = {.overload = 0};
	walk(message + OFFSET_OPTIONS, length - OFFSET_OPTIONS, &o, ret);
	if (o.overload & 1)
		walk(message + OFFSET_FILE, 128, &o, ret);
	if (o.overload & 2)
		walk(message + OFFSET_SNAME, 64, &o, ret);
	ret->hostname_length = copy_text(o.hostname.bytes, o.hostname.length, ret->hostname);
	ret->vendor_length = copy_text(o.vendor.bytes, o.vendor.length, ret->vendor);
	ret->mud_length = copy_text(o.mud.bytes, o.mud.length, ret->mud);
	ret->asked_length = (uint16_t)o.asked.length;
	memcpy(ret->asked, o.asked.bytes, o.asked.length);
	copy_fqdn(&o.fqdn, ret);
	return 0;
}
