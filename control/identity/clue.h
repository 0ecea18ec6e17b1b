// SPDX-License-Identifier: BSD-3-Clause
// What can be known of a device besides its addresses: one list, from which the rules file's keys,
// the store, the API and the sentences follow.
//
// Shape:   a clue of one family says much the same as another of it, so that only the strongest of
//          a family counts; %s in the sentence is the clue's text.
// Threads: pure.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum clue_family {
	FAMILY_NAME,
	FAMILY_DHCP,
	FAMILY_MDNS,
	FAMILY_SSDP,
	FAMILY_LLDP,
	FAMILY_MAKER,
	FAMILY_TRAFFIC,
	FAMILY_MAC,
	FAMILY_COUNT
};

// Rows: constant, key, family, how many texts are kept, sentence.
#define CLUES(X)                                                                                   \
	X(HOSTNAME, "hostname", NAME, 12, "Is named %s")                                           \
	X(DHCP_OPTIONS, "dhcp_options", DHCP, 6, "Asks DHCP for the options %s")                   \
	X(DHCP_VENDOR, "dhcp_vendor", DHCP, 6, "Calls itself %s in DHCP")                          \
	X(MDNS_SERVICE, "mdns_service", MDNS, 24, "Announces the service %s")                      \
	X(MDNS_MODEL, "mdns_model", MDNS, 6, "Gives its model as %s")                              \
	X(SSDP_SERVER, "ssdp_server", SSDP, 6, "Its UPnP server is %s")                            \
	X(SSDP_TYPE, "ssdp_type", SSDP, 16, "Announces %s by UPnP")                                \
	X(MUD_URL, "mud_url", MAKER, 4, "Its maker describes it at %s")                            \
	X(LLDP_SYSTEM, "lldp_system", LLDP, 4, "Describes itself as %s")                           \
	X(HOP_LIMIT, "hop_limit", TRAFFIC, 1, "Sends packets with the hop limits %s")              \
	X(ADDRESS_COUNT, "address_count", TRAFFIC, 1, "Sends from %s IPv4 addresses")              \
	X(ENCRYPTED_DNS, "encrypted_dns", TRAFFIC, 8, "Uses encrypted DNS (%s)")                   \
	X(VPN, "vpn", TRAFFIC, 4, "Uses a VPN (%s)")                                               \
	X(SERVES, "serves", TRAFFIC, 16, "Answers on %s")                                          \
	X(USES, "uses", TRAFFIC, 16, "Talks to %s of others")                                      \
	X(ASKS, "asks", TRAFFIC, 16, "Asks for the name %s")                                       \
	X(VENDOR, "vendor", MAKER, 0, "Was made by %s")                                            \
	X(MAC, "mac", MAC, 0, "Has a %s address")

enum clue {
#define X(id, ...) CLUE_##id,
	CLUES(X)
#undef X
	CLUE_COUNT
};

#define CLUE_TEXT_MAX 255

struct clue_text {
	enum clue clue;
	const char *text;
};

const char *clue_name(enum clue c);
const char *clue_sentence(enum clue c);
enum clue_family clue_family(enum clue c);
unsigned int clue_room(enum clue c); // 0: not kept, it follows from the device itself
bool clue_parse(const char *name, enum clue *ret);
