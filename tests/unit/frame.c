// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/frame.h"

#include <string.h>

static void
put16(uint8_t *at, uint16_t v) {
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

struct party
party_make(unsigned int n) {
	struct party p = {
		.mac = {2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n},
		.ip4 = {192, 0, 2, (uint8_t)n},
		.ip6 = {0xfd, [15] = (uint8_t)n},
	};

	if (n >= 100) {
		memcpy(p.ip4, (uint8_t[]){198, 51, 100, (uint8_t)n}, 4);
		memcpy(p.ip6, (uint8_t[]){0x20, 0x01, 0x0d, 0xb8}, 4);
	}
	return p;
}

struct frame
frame_raw(const uint8_t to[6], const uint8_t from[6], uint16_t ethertype, size_t payload) {
	struct frame f = {.length = 14 + payload};

	memcpy(f.bytes, to, 6);
	memcpy(f.bytes + 6, from, 6);
	put16(f.bytes + 12, ethertype);
	for (size_t i = 0; i < payload; i++)
		f.bytes[14 + i] = (uint8_t)i;
	return f;
}

static struct frame
ip4(const struct party *from, const struct party *to, uint8_t protocol, size_t payload) {
	struct frame f = frame_raw(to->mac, from->mac, 0x0800, 20 + payload);
	uint8_t *ip = f.bytes + 14;

	memset(ip, 0, 20 + payload);
	ip[0] = 0x45;
	put16(ip + 2, (uint16_t)(20 + payload));
	ip[8] = 64;
	ip[9] = protocol;
	memcpy(ip + 12, from->ip4, 4);
	memcpy(ip + 16, to->ip4, 4);
	if (f.length < 60)
		f.length = 60;
	return f;
}

struct frame
frame_udp_with(
	const struct party *from,
	const struct party *to,
	uint16_t sport,
	uint16_t dport,
	const uint8_t *payload,
	size_t length
) {
	struct frame f = ip4(from, to, 17, 8 + length);
	uint8_t *udp = f.bytes + 34;

	put16(udp, sport);
	put16(udp + 2, dport);
	put16(udp + 4, (uint16_t)(8 + length));
	if (length)
		memcpy(udp + 8, payload, length);
	return f;
}

struct frame
frame_udp(const struct party *from, const struct party *to, uint16_t sport, uint16_t dport) {
	return frame_udp_with(from, to, sport, dport, (const uint8_t *)"hello", 5);
}

struct frame
frame_udp6(const struct party *from, const struct party *to, uint16_t sport, uint16_t dport) {
	struct frame f = frame_raw(to->mac, from->mac, 0x86dd, 40 + 8);
	uint8_t *ip = f.bytes + 14;

	memset(ip, 0, 48);
	ip[0] = 0x60;
	put16(ip + 4, 8);
	ip[6] = 17;
	ip[7] = 64;
	memcpy(ip + 8, from->ip6, 16);
	memcpy(ip + 24, to->ip6, 16);
	put16(ip + 40, sport);
	put16(ip + 42, dport);
	put16(ip + 44, 8);
	return f;
}

struct frame
frame_tcp(
	const struct party *from,
	const struct party *to,
	uint16_t sport,
	uint16_t dport,
	uint8_t flags
) {
	struct frame f = ip4(from, to, 6, 20);
	uint8_t *tcp = f.bytes + 34;

	put16(tcp, sport);
	put16(tcp + 2, dport);
	tcp[12] = 0x50;
	tcp[13] = flags;
	return f;
}

struct frame
frame_segment(
	const struct party *from,
	const struct party *to,
	const uint16_t ports[2],
	uint8_t flags,
	const uint32_t at_ack[2],
	const void *payload,
	size_t length
) {
	struct frame f = ip4(from, to, 6, 20 + length);
	uint8_t *tcp = f.bytes + 34;

	put16(tcp, ports[0]);
	put16(tcp + 2, ports[1]);
	for (int i = 0; i < 2; i++) {
		put16(tcp + 4 + 4 * i, (uint16_t)(at_ack[i] >> 16));
		put16(tcp + 6 + 4 * i, (uint16_t)at_ack[i]);
	}
	tcp[12] = 0x50;
	tcp[13] = flags;
	if (length)
		memcpy(tcp + 20, payload, length);
	return f;
}

struct frame
frame_echo(const struct party *from, const struct party *to, uint8_t type, uint16_t id) {
	struct frame f = ip4(from, to, 1, 16);

	f.bytes[34] = type;
	put16(f.bytes + 38, id);
	return f;
}

struct frame
frame_unreachable(const struct party *from, const struct party *to, const struct frame *quoted) {
	struct frame f = ip4(from, to, 1, 8 + 28);

	f.bytes[34] = 3;
	f.bytes[35] = 1;
	memcpy(f.bytes + 42, quoted->bytes + 14, 28);
	return f;
}

struct frame
frame_arp(const struct party *from, const struct party *about) {
	static const uint8_t all[6] = {255, 255, 255, 255, 255, 255};
	static const uint8_t head[8] = {0, 1, 8, 0, 6, 4, 0, 1};
	struct frame f = frame_raw(all, from->mac, 0x0806, 46);

	memset(f.bytes + 14, 0, 46);
	memcpy(f.bytes + 14, head, 8);
	memcpy(f.bytes + 22, from->mac, 6);
	memcpy(f.bytes + 28, from->ip4, 4);
	memcpy(f.bytes + 38, about->ip4, 4);
	return f;
}

void
frame_tag(struct frame *f, uint16_t ethertype, uint16_t id) {
	memmove(f->bytes + 16, f->bytes + 12, f->length - 12);
	put16(f->bytes + 12, ethertype);
	put16(f->bytes + 14, id);
	f->length += 4;
}

void
frame_fragment(struct frame *f, uint16_t id, uint16_t offset, int more) {
	put16(f->bytes + 18, id);
	put16(f->bytes + 20, (uint16_t)(offset / 8 | (more ? 0x2000 : 0)));
}
