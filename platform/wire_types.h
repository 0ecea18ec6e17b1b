// SPDX-License-Identifier: BSD-3-Clause
// The nouns that cross between the two processes, each with one list from which all else derives.
//
// Shape:   fixed-size structs, host order, explicit padding, no pointers; wire_test pins each size.
// Units:   times are CLOCK_MONOTONIC nanoseconds (one machine, one clock); lengths are bytes.
//          An address is 16 bytes; IPv4 takes the first four, the rest is zero; `family` is 4 or 6.
//          Ports are in host order here, in network order inside the dataplane.

#pragma once

#include <stdbool.h>
#include <stdint.h>

// Why a packet's journey ended, or `none` when it was forwarded.  Rows: constant, name on every
// interface (metric label, JSON, EVE), short title, sentence for a person.
#define REASONS(X)                                                                                 \
	X(NONE, "none", "forwarded", "The frame was forwarded.")                                   \
	X(DEVICE_BLOCKED, "device_blocked", "device blocked", "You blocked this device.")          \
	X(DESTINATION_BLOCKED,                                                                     \
	  "destination_blocked",                                                                   \
	  "destination blocked",                                                                   \
	  "You blocked this destination for every device.")                                        \
	X(PAIR_BLOCKED,                                                                            \
	  "pair_blocked",                                                                          \
	  "destination blocked for this device",                                                   \
	  "You blocked this destination for this device.")                                         \
	X(PROFILE_BLOCKED,                                                                         \
	  "profile_blocked",                                                                       \
	  "blocked by profile",                                                                    \
	  "The device's profile blocks what is not allowed.")                                      \
	X(LIST_BLOCKED,                                                                            \
	  "list_blocked",                                                                          \
	  "on a blocked list",                                                                     \
	  "A list that you chose to block names this destination.")                                \
	X(SPOOFED_SOURCE,                                                                          \
	  "spoofed_source",                                                                        \
	  "someone else's connection",                                                             \
	  "The frame used a connection of another device and its own device may not.")             \
	X(WAN_TO_HOST,                                                                             \
	  "wan_to_host",                                                                           \
	  "gateway closed to the WAN",                                                             \
	  "A new connection from the WAN to the gateway itself is not accepted.")                  \
	X(LINK_LOCAL,                                                                              \
	  "link_local",                                                                            \
	  "link-local control frame",                                                              \
	  "The frame is for the next station on the cable only (IEEE 802.1Q table 8-1).")          \
	X(SAME_PORT,                                                                               \
	  "same_port",                                                                             \
	  "already there",                                                                         \
	  "The receiver is on the port the frame came from.")                                      \
	X(NO_EGRESS, "no_egress", "nowhere to go", "No other port was open to take the frame.")    \
	X(OVERSIZE_OFFLOAD,                                                                        \
	  "oversize_offload",                                                                      \
	  "cut by an offload",                                                                     \
	  "The port handed over a cut super-frame: switch off its segmentation offloads.")         \
	X(TOO_BIG, "too_big", "too big", "The frame is larger than the egress port can send.")     \
	X(TX_FULL, "tx_full", "queue full", "The egress queue refused the frame.")                 \
	X(STORM,                                                                                   \
	  "storm",                                                                                 \
	  "broadcast storm",                                                                       \
	  "Its port sent more broadcast, multicast and unknown frames than --storm lets through.") \
	X(RATE_LIMITED,                                                                            \
	  "rate_limited",                                                                          \
	  "over its bandwidth",                                                                    \
	  "The device used more bandwidth than you give it.")                                      \
	X(NEW_FLOW_LIMITED,                                                                        \
	  "new_flow_limited",                                                                      \
	  "too many new connections",                                                              \
	  "The device began more connections a second than you allow.")                            \
	X(RULE_BLOCKED, "rule_blocked", "blocked by a rule", "One of your rules blocks it.")       \
	X(DEVICE_PAUSED, "device_paused", "device paused", "You paused or contained this device.")

enum reason {
#define X(id, ...) REASON_##id,
	REASONS(X)
#undef X
	REASON_COUNT
};

// What the dataplane sends of its own, in place of a frame that it did not let through.
#define ORIGINATED(X)                                                                              \
	X(DNS_NXDOMAIN, "dns_nxdomain")                                                            \
	X(DNS_ZERO, "dns_zero")                                                                    \
	X(TCP_RESET, "tcp_reset")

enum originated {
#define X(id, ...) ORIGINATED_##id,
	ORIGINATED(X)
#undef X
	ORIGINATED_COUNT
};

#define SIDES(X)                                                                                   \
	X(LAN, "lan")                                                                              \
	X(WAN, "wan")                                                                              \
	X(HOST, "host")

enum side {
#define X(id, ...) SIDE_##id,
	SIDES(X)
#undef X
	SIDE_COUNT
};

// Where a fact about a device or a name came from.  For host names the order is that of trust: the
// earliest row that says one is believed.
#define SOURCES(X)                                                                                 \
	X(TRAFFIC, "traffic")                                                                      \
	X(ARP, "arp")                                                                              \
	X(ND, "nd")                                                                                \
	X(DHCP, "dhcp")                                                                            \
	X(DHCP_FQDN, "dhcp-fqdn")                                                                  \
	X(DHCPV6, "dhcpv6")                                                                        \
	X(DNS, "dns")                                                                              \
	X(MDNS, "mdns")                                                                            \
	X(LLMNR, "llmnr")                                                                          \
	X(NETBIOS, "netbios")                                                                      \
	X(SSDP, "ssdp")                                                                            \
	X(LLDP, "lldp")                                                                            \
	X(TLS, "tls")                                                                              \
	X(QUIC, "quic")

enum source {
#define X(id, ...) SOURCE_##id,
	SOURCES(X)
#undef X
	SOURCE_COUNT
};

// What a device tells of itself, or shows by how it behaves.  Rows: constant, name on every
// interface, whether there may be many (else a new text of the same source replaces the old one).
#define FACTS(X)                                                                                   \
	X(DHCP_OPTIONS, "dhcp_options", 0) /* asked for: "1,3,6,15" (option 55, DHCPv6 ORO) */     \
	X(DHCP_VENDOR, "dhcp_vendor", 0) /* option 60, DHCPv6 16: "android-dhcp-13" */             \
	X(MDNS_SERVICE, "mdns_service", 1) /* "_googlecast._tcp" */                                \
	X(MDNS_MODEL, "mdns_model", 1) /* of TXT md, model, ty and the like: "Chromecast" */       \
	X(SSDP_SERVER, "ssdp_server", 1) /* "Linux/4.9 UPnP/1.0 Sonos/70.3" */                     \
	X(SSDP_TYPE, "ssdp_type", 1) /* "urn:schemas-upnp-org:device:MediaRenderer:1" */           \
	X(MUD_URL, "mud_url", 0) /* RFC 8520 */                                                    \
	X(LLDP_SYSTEM, "lldp_system", 0) /* name, or "name: description" */                        \
	X(HOP_LIMIT, "hop_limit", 0) /* TTLs and hop limits seen from this MAC: "63,64,128" */     \
	X(ADDRESS_COUNT, "address_count", 0) /* IPv4 addresses it sent from, when 2 or more */     \
	X(ENCRYPTED_DNS, "encrypted_dns", 1) /* "tls 853", "https dns.google" */                   \
	X(VPN, "vpn", 1) /* "wireguard", "openvpn", "ipsec" */

enum fact_kind {
#define X(id, ...) FACT_KIND_##id,
	FACTS(X)
#undef X
	FACT_KIND_COUNT
};

#define ALERTS(X)                                                                                  \
	X(OVERSIZE_OFFLOAD, "oversize_offload", "a port hands over cut super-frames")              \
	X(FLOW_TABLE_FULL, "flow_table_full", "the flow table is full")                            \
	X(DEVICE_TABLE_FULL, "device_table_full", "the device table is full")                      \
	X(POLICY_REJECTED, "policy_rejected", "a policy image was refused")                        \
	X(VLAN_REWRITTEN, "vlan_rewritten", "AF_PACKET rewrites 802.1ad tags")                     \
	X(PORTS_SWAPPED, "ports_swapped", "LAN and WAN look swapped")                              \
	X(OUTSIDE_ROUTER, "outside_router", "the gateway stands outside the home's router")        \
	X(DNS_REFUSED, "dns_refused", "DNS messages that contradict themselves")                   \
	X(LEARNING_ENDED, "learning_ended", "a device was watched for as long as was wanted")

enum alert {
#define X(id, ...) ALERT_##id,
	ALERTS(X)
#undef X
	ALERT_COUNT
};

#define WIRE_TAGS_MAX 4
#define WIRE_CHAIN_MAX 1024 // bytes of names in one wire_name record, NULs included

enum wire_flow_flag {
	WIRE_FLOW_ENDED = 1 << 0, // last record of this flow: expired, closed or evicted
	WIRE_FLOW_HAS_PORTS = 1 << 1,
	WIRE_FLOW_PPPOE = 1 << 2,
	WIRE_FLOW_ICMP = 1 << 3, // icmp_type and icmp_code are set
	WIRE_FLOW_ICMP_ID = 1 << 4, // icmp_id too (echo)
	WIRE_FLOW_CLOSED = 1 << 5, // its ends said so: TCP FIN of both, or RST
};

// One bidirectional flow.  [0] is the initiator (first sender), [1] the responder; packets[0] and
// bytes[0] went to the responder.  Counters are cumulative.
struct wire_flow {
	uint64_t id; // unique for one run of the dataplane
	uint64_t first_seen_ns;
	uint64_t last_seen_ns;
	uint64_t packets[2];
	uint64_t bytes[2];
	uint8_t address[2][16];
	uint8_t mac[2][6]; // source MAC of each end, zero while that end has not been seen
	uint16_t port[2];
	uint16_t vlan[WIRE_TAGS_MAX]; // from the outside in
	uint16_t pppoe;
	uint16_t icmp_id;
	uint8_t tags;
	uint8_t family;
	uint8_t protocol;
	uint8_t flags; // enum wire_flow_flag
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t reason; // enum reason; the verdict now cached
	uint8_t side[2]; // enum side, of each end; SIDE_COUNT while unknown
	uint8_t pad[3];
	uint32_t chain; // of the names it was judged by, as a NAME record gave them; 0: by none
	uint32_t pad2;
};

// One station on the LAN or host side.  out = sent by the device, in = to it; every received frame
// counts, whatever its fate; dropped says how many of them did not pass.
struct wire_device {
	uint8_t mac[6];
	uint8_t side; // enum side
	uint8_t pad;
	uint64_t first_seen_ns;
	uint64_t last_seen_ns;
	uint64_t packets_out;
	uint64_t bytes_out;
	uint64_t packets_in;
	uint64_t bytes_in;
	uint64_t dropped;
};

struct wire_address {
	uint8_t mac[6];
	uint8_t family;
	uint8_t source; // enum source
	uint8_t address[16];
	uint64_t seen_ns;
};

struct wire_hostname {
	uint8_t mac[6];
	uint8_t source; // enum source
	uint8_t length;
	char text[256]; // UTF-8 is not promised: what the device sent, NUL-terminated
	uint64_t seen_ns;
};

// Sent when it is new or changed, and in snapshots.
struct wire_fact {
	uint8_t mac[6];
	uint8_t kind; // enum fact_kind
	uint8_t source; // enum source
	uint16_t length; // of text, at most 255
	uint8_t pad[6];
	uint64_t seen_ns;
	char text[256]; // UTF-8 is not promised: what the device sent, NUL-terminated
};

// A DNS answer: what this device asked for and every name on the way to the address, question
// first; or the one server name of a TLS or QUIC hello of this device.  Lower case, presentation
// form with \DDD escapes, each ended by NUL.  `length` bytes of text follow the struct, padded with
// zeros to a multiple of 8.
struct wire_name {
	uint8_t mac[6]; // the device that asked, or said hello; zero: none of ours did
	uint8_t family; // 0: the name has no address
	uint8_t source;
	uint8_t address[16];
	uint64_t seen_ns;
	uint32_t ttl;
	uint16_t length;
	uint16_t names;
	uint32_t chain; // what flows judged by these names carry; 0: none does
	uint16_t asked; // 0, or: the answer had no address, and this type of record was asked for
	uint8_t rcode; // why, as the answer said (IANA, DNS RCODEs); 0: it has none of these
	uint8_t has_ede; // 1: `ede` is what the resolver said beside its answer, 0 in snapshots
	uint64_t flow; // in which it was read; 0: that is not known any more
	uint16_t ede; // INFO-CODE (IANA, Extended DNS Error Codes)
	uint8_t pad[6];
};

enum wire_port_flag {
	WIRE_PORT_LINK_UP = 1 << 0,
	WIRE_PORT_PARTIAL_CSUM = 1 << 1,
	WIRE_PORT_OPEN = 1 << 2,
};

struct wire_port {
	char name[32]; // as given on the command line, cut
	char driver[24]; // DPDK driver name
	uint16_t id;
	uint8_t side;
	uint8_t flags;
	uint8_t mac[6];
	uint8_t pad[6];
	uint64_t rx_packets; // what the pipeline received
	uint64_t rx_bytes;
	uint64_t tx_packets; // what the driver took
	uint64_t tx_bytes;
	uint64_t rx_missed; // lost before us, as the driver says
	uint64_t partial_checksums;
};

#define WIRE_WORKERS_MAX 8

struct wire_stats {
	uint64_t now_ns;
	uint64_t start_ns;
	uint64_t generation; // rules in force at every worker
	uint64_t frames; // received by all ports
	uint64_t bytes;
	uint64_t malformed;
	uint64_t non_ip;
	uint64_t without_flow; // frames that belong to no flow
	uint64_t flows_active;
	uint64_t flows_capacity;
	uint64_t flows_created;
	uint64_t flows_refused; // table full: judged without a flow
	uint64_t devices;
	uint64_t names;
	uint64_t names_refused; // DNS messages that contradict themselves: not believed
	uint64_t facts_refused; // of devices that tell more than is kept, or too fast
	uint64_t events_lost;
	uint64_t workers;
	uint64_t reason_packets[REASON_COUNT];
	uint64_t reason_bytes[REASON_COUNT];
	uint64_t originated[ORIGINATED_COUNT]; // frames, beside those received
	uint64_t worker_core[WIRE_WORKERS_MAX]; // the core it runs on, plus one; 0: none yet
	uint64_t worker_idle_ns[WIRE_WORKERS_MAX]; // polled in vain, paused or slept
};

struct wire_alert {
	uint32_t kind; // enum alert
	uint32_t pad;
	uint64_t seen_ns;
	char text[240]; // a sentence for a person: what, and what to do
};

// What a rule decided since the last such record: flows that got its verdict, and frames without
// a flow.
#define WIRE_HITS_LIST ((uint64_t)1 << 63) // plus the list's bit: a list, not a rule
struct wire_hits {
	uint64_t rule; // the id that control gave it
	uint64_t hits;
	uint64_t last_ns;
};

const char *reason_name(enum reason r); // "unknown" outside the list
const char *reason_title(enum reason r);
const char *reason_text(enum reason r);
const char *originated_name(enum originated o);
const char *side_name(enum side s);
const char *source_name(enum source s);
const char *alert_name(enum alert a);
const char *fact_kind_name(enum fact_kind k);
bool fact_kind_is_many(enum fact_kind k);
