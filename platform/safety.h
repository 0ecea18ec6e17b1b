// SPDX-License-Identifier: BSD-3-Clause
// The safety class in words: what no rule closes, because without it a device is nowhere, or the
// household could not reach the switch that opens the rest again.
//
// Shape:   one row each: constant, the word that asks for it, what is said of it.
// Source:  DESIGN 4 "What a rule means" and 9 "Safety class".

#pragma once

#define SAFETY_GUI_PORT 13026

#define SAFETY_CLASS(X)                                                                            \
	X(ARP, "arp", "ARP, by which neighbours find each other, is closed by nothing.")           \
	X(EAPOL, "eapol", "EAPOL, by which a device is let in, is closed by nothing.")             \
	X(ND, "nd", "Neighbour discovery, IPv6's ARP, is closed by nothing.")                      \
	X(RA, "ra", "Router advertisements and solicitations are closed by nothing.")              \
	X(MLD, "mld", "Joining and leaving IPv6 groups (MLD) is closed by nothing.")               \
	X(DHCP, "dhcp", "Getting an address (DHCP) is closed by nothing.")                         \
	X(GUI, "gui", "The gateway's own pages are closed to no device at home.")

enum safety {
	SAFETY_NONE,
#define X(id, ...) SAFETY_##id,
	SAFETY_CLASS(X)
#undef X
	SAFETY_COUNT,
};
