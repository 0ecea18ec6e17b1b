// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/inspect/tunnel.h"

#include "dataplane/inspect/quic.h"

#include <string.h>

#define WIREGUARD_INITIATION 148
#define WIREGUARD_RESPONSE 92

// OpenVPN's opcodes with the key id 0 in the low three bits.
#define OPENVPN_HARD_RESET_V2 (7 << 3)
#define OPENVPN_HARD_RESET_V3 (10 << 3)
#define OPENVPN_BARE 14 // opcode, session, no acknowledgements, packet number 0

#define IKE_HEADER 28
#define IKE_VERSION 17 // offsets
#define IKE_LENGTH 24

static bool
is_wireguard(const uint8_t *bytes, size_t length) {
	static const uint8_t reserved[3];

	if (length != WIREGUARD_INITIATION && length != WIREGUARD_RESPONSE)
		return false;
	return bytes[0] == (length == WIREGUARD_INITIATION ? 1 : 2)
		&& memcmp(bytes + 1, reserved, sizeof reserved) == 0;
}

static bool
is_openvpn(const uint8_t *bytes, size_t length, bool port) {
	static const uint8_t rest[5];

	if (length < OPENVPN_BARE
	    || (bytes[0] != OPENVPN_HARD_RESET_V2 && bytes[0] != OPENVPN_HARD_RESET_V3))
		return false;
	return port || (length == OPENVPN_BARE && memcmp(bytes + 9, rest, sizeof rest) == 0);
}

static bool
is_ike(const uint8_t *bytes, size_t length) {
	static const uint8_t nobody[8];

	if (length < IKE_HEADER || memcmp(bytes, nobody, sizeof nobody) == 0)
		return false;
	const uint8_t *n = bytes + IKE_LENGTH;
	size_t stated = (size_t)n[0] << 24 | (size_t)n[1] << 16 | (size_t)n[2] << 8 | n[3];
	unsigned int major = bytes[IKE_VERSION] >> 4;
	return (major == 1 || major == 2) && stated == length;
}

// ESP in UDP: a parameter index that is not 0, a number, something; IKE has four zeros in front.
static bool
is_ipsec_nat(const uint8_t *bytes, size_t length) {
	static const uint8_t marker[4];

	if (length <= 8)
		return false; // a keep-alive
	if (memcmp(bytes, marker, sizeof marker) != 0)
		return true;
	return is_ike(bytes + sizeof marker, length - sizeof marker);
}

const char *
tunnel_datagram(uint16_t source, uint16_t target, const uint8_t *bytes, size_t length) {
	if (is_wireguard(bytes, length))
		return "wireguard";
	if (is_openvpn(
		    bytes, length, source == TUNNEL_OPENVPN_PORT || target == TUNNEL_OPENVPN_PORT
	    ))
		return "openvpn";
	if ((source == TUNNEL_IKE_PORT || target == TUNNEL_IKE_PORT) && is_ike(bytes, length))
		return "ipsec";
	if ((source == TUNNEL_NAT_PORT || target == TUNNEL_NAT_PORT) && is_ipsec_nat(bytes, length))
		return "ipsec";
	return NULL;
}

const char *
tunnel_segment(const uint8_t *bytes, size_t length) {
	if (length < 2 + OPENVPN_BARE)
		return NULL;
	size_t stated = (size_t)bytes[0] << 8 | bytes[1];
	return stated <= length - 2 && is_openvpn(bytes + 2, stated, true) ? "openvpn" : NULL;
}

bool
tunnel_is_doq(const uint8_t *bytes, size_t length) {
	struct quic_packet p;

	return quic_packet(bytes, length, &p) == 0 && p.type == QUIC_INITIAL
		&& quic_known(p.version);
}

// Resolvers that anybody may use, as their operators publish them, and all names beneath.
static const char *const resolvers[] = {
	"adguard-dns.com",
	"adguard-dns.io",
	"chrome.cloudflare-dns.com",
	"cloudflare-dns.com",
	"cloudflare-gateway.com",
	"dns-family.adguard.com",
	"dns-unfiltered.adguard.com",
	"dns.aa.net.uk",
	"dns.adguard.com",
	"dns.alidns.com",
	"dns.apple.com",
	"dns.circl.lu",
	"dns.comss.one",
	"dns.controld.com",
	"dns.digitale-gesellschaft.ch",
	"dns.google",
	"dns.mullvad.net",
	"dns.nextdns.io",
	"dns.njal.la",
	"dns.opendns.com",
	"dns.quad9.net",
	"dns.sb",
	"dns.switch.ch",
	"dns.twnic.tw",
	"dns.umbrella.com",
	"dns0.eu",
	"dns10.quad9.net",
	"dns11.quad9.net",
	"dns12.quad9.net",
	"dns9.quad9.net",
	"doh.applied-privacy.net",
	"doh.cleanbrowsing.org",
	"doh.dns.sb",
	"doh.familyshield.opendns.com",
	"doh.ffmuc.net",
	"doh.libredns.gr",
	"doh.mullvad.net",
	"doh.opendns.com",
	"doh.pub",
	"doh.tiar.app",
	"doh.umbrella.com",
	"doh.xfinity.com",
	"dot.pub",
	"dot1.applied-privacy.net",
	"firefox.dns.nextdns.io",
	"freedns.controld.com",
	"jp.tiar.app",
	"joindns4.eu",
	"odvr.nic.cz",
	"one.one.one.one",
	"ordns.he.net",
	"public.dns.iij.jp",
	"rethinkdns.com",
	"wikimedia-dns.org",
};

bool
tunnel_is_resolver(const char *name, size_t length) {
	for (size_t i = 0; i < sizeof resolvers / sizeof resolvers[0]; i++) {
		size_t n = strlen(resolvers[i]);
		if (length < n || memcmp(name + length - n, resolvers[i], n) != 0)
			continue;
		if (length == n || name[length - n - 1] == '.')
			return true;
	}
	return false;
}
