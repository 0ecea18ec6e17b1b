// SPDX-License-Identifier: BSD-3-Clause
// Frames for tests, built the way they are thought of: who, to whom, what.

#pragma once

#include <stdint.h>
#include <stdlib.h>

struct frame {
	uint8_t bytes[2048];
	size_t length;
};

struct party {
	uint8_t mac[6];
	uint8_t ip4[4];
	uint8_t ip6[16];
};

// 02:00:00:00:00:n; 192.0.2.n for n below 100, else 198.51.100.n; fd00::n or 2001:db8::n.
struct party party_make(unsigned int n);

struct frame
frame_udp(const struct party *from, const struct party *to, uint16_t sport, uint16_t dport);
struct frame
frame_udp6(const struct party *from, const struct party *to, uint16_t sport, uint16_t dport);
struct frame frame_udp_with(
	const struct party *from,
	const struct party *to,
	uint16_t sport,
	uint16_t dport,
	const uint8_t *payload,
	size_t length
);
struct frame frame_tcp(
	const struct party *from,
	const struct party *to,
	uint16_t sport,
	uint16_t dport,
	uint8_t flags
);
// With a payload; `at` is the sequence number of its first byte (of the SYN, with that flag).
struct frame frame_segment(
	const struct party *from,
	const struct party *to,
	const uint16_t ports[2],
	uint8_t flags,
	const uint32_t at_ack[2],
	const void *payload,
	size_t length
);
struct frame
frame_echo(const struct party *from, const struct party *to, uint8_t type, uint16_t id);
// Destination unreachable, about `quoted`, which went from `to` (or through it) to somebody.
struct frame
frame_unreachable(const struct party *from, const struct party *to, const struct frame *quoted);
struct frame frame_arp(const struct party *from, const struct party *about);
struct frame
frame_raw(const uint8_t to[6], const uint8_t from[6], uint16_t ethertype, size_t payload);
void frame_tag(struct frame *f, uint16_t ethertype, uint16_t id); // outermost
void frame_fragment(struct frame *f, uint16_t id, uint16_t offset, int more); // untagged IPv4
