// SPDX-License-Identifier: BSD-3-Clause
// Packets for the rules' table, of either IP, between parties that have names.

#pragma once

#include "tests/unit/frame.h"

#include <stdbool.h>

enum packet_fragment {
	PACKET_WHOLE,
	PACKET_FIRST,
	PACKET_LATER,
};

struct packet {
	unsigned int family;
	const char *client; // who is thought to have begun
	const char *server;
	bool back; // from the server
	bool error; // the server's word that the client's packet did not arrive
	uint8_t flags; // of TCP
	uint16_t client_port;
	uint16_t server_port;
	const char *protocol; // tcp udp icmp other raw
	enum packet_fragment fragment;
};

const struct party *packet_party(const char *name);
unsigned int packet_port(const char *name); // of the bridge
struct frame packet_frame(const struct packet *p);
// DNS over UDP with the party "dns": A or AAAA of the name, by way of an alias or not (NULL).
struct frame packet_question(unsigned int family, const char *who, const char *name);
struct frame packet_answer(
	unsigned int family,
	const char *who,
	const char *name,
	const char *alias,
	const char *to
);
