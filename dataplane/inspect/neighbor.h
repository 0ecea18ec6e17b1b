// SPDX-License-Identifier: BSD-3-Clause
// Reads ARP and IPv6 neighbour discovery: which hardware address claims which IP address.
//
// Shape:   one claim per message; an ARP probe or a duplicate-address probe claims nothing yet.
// Units:   an IPv4 address takes the first four bytes and the rest is zero.
// Threads: pure.
// Errors:  false: not Ethernet/IP, cut short, or nothing is claimed.
// Source:  RFC 826, 903, 5227; RFC 4861 4.1-4.4, 4.6.1.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct neighbor {
	uint8_t mac[6]; // who claims
	uint8_t family; // 4 or 6
	bool router; // a router advertisement, or an advertisement with the router flag
	uint8_t address[16];
};

// `arp` starts at the hardware type.
bool neighbor_arp(const uint8_t *arp, size_t length, struct neighbor *ret);

// `icmp` starts at the ICMPv6 type; `source` is the IPv6 source address, `sender` the frame's
// source MAC, which counts where the message has no link-layer address option.
bool neighbor_nd(
	const uint8_t source[16],
	const uint8_t sender[6],
	const uint8_t *icmp,
	size_t length,
	struct neighbor *ret
);
