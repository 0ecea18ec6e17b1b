// SPDX-License-Identifier: BSD-3-Clause
// By what a device hides where it goes: tunnels, and DNS that is encrypted.
//
// Shape:   told by the first packet of a flow, or by the name of a server known to resolve names.
// Threads: pure.
// Errors:  NULL or false: nothing of the kind.
// Source:  Donenfeld: "WireGuard: Next Generation Kernel Network Tunnel" (2020) 5.4; OpenVPN's wire
//          protocol, openvpn.github.io/openvpn-rfc, 3; RFC 7296 3.1 and 2408 3.1 (IKE), 3948 2,
//          4303 (ESP); 7858 3.1, 8484, 9250 4.1.1 (DNS over TLS, HTTPS, QUIC).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNNEL_DNS_PORT 853 // DNS over TLS and QUIC
#define TUNNEL_OPENVPN_PORT 1194
#define TUNNEL_IKE_PORT 500
#define TUNNEL_NAT_PORT 4500

// What a datagram from or to these ports (host order) begins: "wireguard", "openvpn", "ipsec".
const char *tunnel_datagram(uint16_t source, uint16_t target, const uint8_t *bytes, size_t length);
// What the first bytes of a TCP connection begin.
const char *tunnel_segment(const uint8_t *bytes, size_t length);
// Is this DNS over QUIC, by its first datagram on the port of that?
bool tunnel_is_doq(const uint8_t *bytes, size_t length);
// Is the name (as text, lower case) that of a well-known resolver, or beneath one?
bool tunnel_is_resolver(const char *name, size_t length);
