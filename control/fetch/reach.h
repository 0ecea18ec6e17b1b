// SPDX-License-Identifier: BSD-3-Clause
// What kind of address a name of the Internet leads to: a list's server must not be a way into the
// home, to the gateway itself, or to the machine's metadata.
//
// Shape:   addresses that carry an IPv4 address inside (mapped, NAT64, 6to4) are what that one is.
// Units:   network order; an IPv4 address is the first four bytes.
// Threads: pure.
// Source:  IANA special-purpose address registries (RFC 6890): RFC 1918, 6598, 3927, 2544, 4193,
//          4291, 6052, 3056; the documentation prefixes count as the Internet.

#pragma once

#include <stdint.h>

struct sockaddr;

enum reach {
	REACH_INTERNET,
	REACH_PRIVATE, // the home's, or this machine
	REACH_NOBODY, // unspecified, multicast, broadcast, reserved, or no IP at all
};

enum reach reach_of(unsigned int family, const uint8_t address[16]);
enum reach reach_of_socket(const struct sockaddr *address);
