// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/inspect/neighbor.h"

#include <string.h>

#define ND_OPTIONS_MAX 16

enum {
	ND_ROUTER_SOLICIT = 133,
	ND_ROUTER_ADVERT = 134,
	ND_NEIGHBOR_SOLICIT = 135,
	ND_NEIGHBOR_ADVERT = 136,
};

enum {
	OPTION_SOURCE_ADDRESS = 1,
	OPTION_TARGET_ADDRESS = 2,
};

static bool
is_zero(const uint8_t *bytes, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

bool
neighbor_arp(const uint8_t *arp, size_t length, struct neighbor *ret) {
	// Hardware type Ethernet, protocol IPv4, lengths 6 and 4.
	static const uint8_t kind[6] = {0, 1, 8, 0, 6, 4};

	if (length < 28 || memcmp(arp, kind, sizeof(kind)) != 0)
		return false;
	const uint8_t *mac = arp + 8, *address = arp + 14;
	if (is_zero(address, 4) || is_zero(mac, 6) || mac[0] & 1)
		return false;
	*ret = (struct neighbor){.family = 4};
	memcpy(ret->mac, mac, 6);
	memcpy(ret->address, address, 4);
	return true;
}

// The link-layer address option of the wanted type; NULL: none, or the options are bad.
static const uint8_t *
find_option(const uint8_t *at, size_t left, uint8_t type) {
	for (unsigned int n = 0; n < ND_OPTIONS_MAX && left >= 8; n++) {
		size_t size = (size_t)at[1] * 8;
		if (size == 0 || size > left)
			return NULL;
		if (at[0] == type)
			return at + 2;
		at += size;
		left -= size;
	}
	return NULL;
}

bool
neighbor_nd(
	const uint8_t source[16],
	const uint8_t sender[6],
	const uint8_t *icmp,
	size_t length,
	struct neighbor *ret
) {
	const uint8_t *address = source;
	size_t options;
	uint8_t type = OPTION_SOURCE_ADDRESS;
	bool router = false;

	if (length < 8)
		return false;
	switch (icmp[0]) {
	case ND_ROUTER_SOLICIT:
		options = 8;
		break;
	case ND_ROUTER_ADVERT:
		options = 16;
		router = true;
		break;
	case ND_NEIGHBOR_SOLICIT:
		options = 24;
		break;
	case ND_NEIGHBOR_ADVERT:
		options = 24;
		type = OPTION_TARGET_ADDRESS;
		address = icmp + 8;
		router = icmp[4] & 0x80;
		break;
	default:
		return false;
	}
	if (length < options || is_zero(address, 16) || address[0] == 0xff)
		return false;
	const uint8_t *mac = find_option(icmp + options, length - options, type);
	if (mac == NULL)
		mac = sender;
	if (is_zero(mac, 6) || mac[0] & 1)
		return false;
	*ret = (struct neighbor){.family = 6, .router = router};
	memcpy(ret->mac, mac, 6);
	memcpy(ret->address, address, 16);
	return true;
}
