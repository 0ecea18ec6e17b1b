// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/rules_packet.h"

#include "platform/base.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#define ROUTER                                                                                     \
	{ 2, 0, 0, 0, 0, 100 }
#define REMOTE(n)                                                                                  \
	{                                                                                          \
		ROUTER, {198, 51, 100, n}, {                                                       \
			0x20, 0x01, 0x0d, 0xb8, [15] = n                                           \
		}                                                                                  \
	}

static const struct {
	const char *name;
	uint8_t port;
	struct party party;
} parties[] = {
	{"a", LAN, {{2, 0, 0, 0, 0, 1}, {192, 0, 2, 1}, {0xfd, [15] = 1}}},
	{"a2", LAN, {{2, 0, 0, 0, 0, 1}, {192, 0, 2, 99}, {0xfd, [15] = 99}}},
	{"c", LAN2, {{2, 0, 0, 0, 0, 2}, {192, 0, 2, 2}, {0xfd, [15] = 2}}},
	{"host", HOST, {{2, 0, 0, 0, 0, 50}, {192, 0, 2, 50}, {0xfd, [15] = 50}}},
	{"router", WAN, {ROUTER, {192, 168, 1, 1}, {0xfd, 1, [15] = 1}}},
	{"far", WAN, REMOTE(110)},
	{"other", WAN, REMOTE(111)},
	{"cdn", WAN, REMOTE(112)},
	{"bad", WAN, REMOTE(120)},
	{"named", WAN, REMOTE(121)},
	{"nl", WAN, REMOTE(122)},
	{"dns", WAN, REMOTE(200)},
	{"group", WAN, {{0x33, 0x33, 0, 0, 0, 0xfb}, {224, 0, 0, 251}, {0xff, 2, [15] = 0xfb}}},
	{"all", WAN, {{255, 255, 255, 255, 255, 255}, {255, 255, 255, 255}, {0xff, 2, [15] = 1}}},
};

static unsigned int
position(const char *name) {
	for (unsigned int i = 0; i < ARRAY_LEN(parties); i++)
		if (strcmp(parties[i].name, name) == 0)
			return i;
	fail_msg("nobody is called %s", name);
	return 0;
}

const struct party *
packet_party(const char *name) {
	return &parties[position(name)].party;
}

unsigned int
packet_port(const char *name) {
	return parties[position(name)].port;
}

static void
put16(uint8_t *at, uint16_t v) {
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

// The payload is the frame's end.
static struct frame
ip(unsigned int family,
   const struct party *from,
   const struct party *to,
   uint8_t protocol,
   size_t payload,
   enum packet_fragment fragment) {
	bool six = family == 6;
	size_t head = !six ? 20 : fragment ? 48 : 40;
	struct frame f = frame_raw(to->mac, from->mac, six ? 0x86dd : 0x0800, head + payload);
	uint8_t *p = f.bytes + 14;

	memset(p, 0, head + payload);
	if (six) {
		p[0] = 0x60;
		put16(p + 4, (uint16_t)(head - 40 + payload));
		p[6] = fragment ? 44 : protocol;
		p[7] = 64;
		memcpy(p + 8, from->ip6, 16);
		memcpy(p + 24, to->ip6, 16);
		if (fragment) {
			p[40] = protocol;
			put16(p + 42, fragment == PACKET_FIRST ? 1 : 1024);
			p[47] = 5;
		}
	} else {
		p[0] = 0x45;
		put16(p + 2, (uint16_t)(head + payload));
		p[8] = 64;
		p[9] = protocol;
		put16(p + 4, 5);
		if (fragment)
			put16(p + 6, fragment == PACKET_FIRST ? 0x2000 : 128);
		memcpy(p + 12, from->ip4, 4);
		memcpy(p + 16, to->ip4, 4);
	}
	return f;
}

static struct frame
plain(const struct packet *p, const struct party *from, const struct party *to) {
	uint16_t sport = p->back ? p->server_port : p->client_port;
	uint16_t dport = p->back ? p->client_port : p->server_port;
	bool six = p->family == 6;
	struct frame f;
	uint8_t *at;

	if (strcmp(p->protocol, "raw") == 0)
		return frame_raw(to->mac, from->mac, 0x9999, 46);
	if (strcmp(p->protocol, "other") == 0)
		return ip(p->family, from, to, 47, 24, p->fragment);
	if (strcmp(p->protocol, "icmp") == 0) {
		f = ip(p->family, from, to, six ? 58 : 1, 16, p->fragment);
		at = f.bytes + f.length - 16;
		at[0] = (uint8_t)(six ? 128 + p->back : p->back ? 0 : 8);
		put16(at + 4, p->client_port);
		return f;
	}
	bool tcp = strcmp(p->protocol, "tcp") == 0;
	f = ip(p->family, from, to, tcp ? 6 : 17, tcp ? 32 : 24, p->fragment);
	at = f.bytes + f.length - (tcp ? 32 : 24);
	if (p->fragment == PACKET_LATER)
		return f;
	put16(at, sport);
	put16(at + 2, dport);
	if (tcp) {
		at[12] = 0x50;
		at[13] = p->flags;
	} else {
		put16(at + 4, 24);
	}
	return f;
}

struct frame
packet_frame(const struct packet *p) {
	const struct party *client = packet_party(p->client);
	const struct party *server = packet_party(p->server);
	uint8_t *at;

	if (!p->error)
		return plain(p, p->back ? server : client, p->back ? client : server);
	struct frame lost = plain(p, client, server);
	size_t quoted = lost.length - 14;
	struct frame f =
		ip(p->family, server, client, p->family == 6 ? 58 : 1, 8 + quoted, PACKET_WHOLE);
	at = f.bytes + f.length - 8 - quoted;
	at[0] = p->family == 6 ? 1 : 3;
	at[1] = 1;
	memcpy(at + 8, lost.bytes + 14, quoted);
	return f;
}

struct message {
	uint8_t bytes[512];
	size_t length;
};

static void
put_name(struct message *m, const char *name) {
	m->length += image_wire(name, m->bytes + m->length);
	m->bytes[m->length++] = 0;
}

static void
put(struct message *m, const void *bytes, size_t n) {
	memcpy(m->bytes + m->length, bytes, n);
	m->length += n;
}

static struct message
question(unsigned int family, const char *name) {
	struct message m = {.bytes = {0, 9, 1, 0, 0, 1}, .length = 12};

	put_name(&m, name);
	put(&m, (uint8_t[]){0, family == 6 ? 28 : 1, 0, 1}, 4);
	return m;
}

static struct frame
datagram(
	unsigned int family,
	const char *from,
	const char *to,
	const struct message *m,
	bool back
) {
	struct frame f =
		ip(family, packet_party(from), packet_party(to), 17, 8 + m->length, PACKET_WHOLE);

	uint8_t *at = f.bytes + f.length - 8 - m->length;
	put16(at, back ? 53 : 4999);
	put16(at + 2, back ? 4999 : 53);
	put16(at + 4, (uint16_t)(8 + m->length));
	memcpy(at + 8, m->bytes, m->length);
	return f;
}

struct frame
packet_question(unsigned int family, const char *who, const char *name) {
	struct message m = question(family, name);

	return datagram(family, who, "dns", &m, false);
}

struct frame
packet_answer(
	unsigned int family,
	const char *who,
	const char *name,
	const char *alias,
	const char *to
) {
	struct message m = question(family, name);
	const struct party *p = packet_party(to);
	uint8_t wire[256];

	m.bytes[2] = 0x81;
	m.bytes[3] = 0x80;
	if (alias) {
		size_t n = image_wire(alias, wire);
		wire[n++] = 0;
		put_name(&m, name);
		put(&m, (uint8_t[]){0, 5, 0, 1, 0, 0, 0, 60, 0, (uint8_t)n}, 10);
		put(&m, wire, n);
		m.bytes[7]++;
	}
	put_name(&m, alias ? alias : name);
	put(&m, (uint8_t[]){0, family == 6 ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, family == 6 ? 16 : 4}, 10
	);
	put(&m, family == 6 ? p->ip6 : p->ip4, family == 6 ? 16 : 4);
	m.bytes[7]++;
	return datagram(family, "dns", who, &m, true);
}
