// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/talk.h"

#include "tests/unit/message.h"
#include "tests/unit/test.h"

#include <string.h>

struct talk talk;

int
talk_begin(void **state) {
	(void)state;
	bridge_open(&talk.b, &(struct shared_config){.inspect_hellos = true}, NULL);
	talk.a = party_make(1);
	talk.server = party_make(100);
	talk.site = party_make(110);
	memcpy(talk.site.mac, talk.server.mac, 6);
	struct frame f[] = {frame_arp(&talk.a, &talk.server), frame_arp(&talk.server, &talk.a)};
	bridge_send(&talk.b, LAN, &f[0]);
	bridge_send(&talk.b, WAN, &f[1]);
	image_init(&talk.image, POLICY_DEFAULT_ALLOW);
	image_name(&talk.image, image_destination(&talk.image, POLICY_BLOCK), "ads.example");
	bridge_policy(&talk.b, &talk.image);
	talk.sport = 40000;
	return 0;
}

int
talk_end(void **state) {
	(void)state;
	assert_false(talk.b.changed);
	bridge_close(&talk.b);
	return 0;
}

void
talk_again(void) {
	talk_end(NULL);
	talk_begin(NULL);
}

enum reason
talk_out(
	const struct party *to,
	uint16_t port,
	uint8_t flags,
	uint32_t at,
	const void *bytes,
	size_t n
) {
	uint32_t sequence[2] = {0xfffffff0u + at - (flags & SYN ? 1 : 0), flags & ACK ? 5001 : 0};
	struct frame f = frame_segment(
		&talk.a, to, (uint16_t[]){talk.sport, port}, flags, sequence, bytes, n
	);
	return bridge_send(&talk.b, LAN, &f);
}

enum reason
talk_in(const struct party *from,
	uint16_t port,
	uint8_t flags,
	uint32_t at,
	const void *bytes,
	size_t n) {
	uint32_t sequence[2] = {5001u + at - (flags & SYN ? 1 : 0), 0xfffffff0u};
	struct frame f = frame_segment(
		from, &talk.a, (uint16_t[]){port, talk.sport}, flags, sequence, bytes, n
	);
	return bridge_send(&talk.b, WAN, &f);
}

void
talk_open(const struct party *to, uint16_t port) {
	talk.sport++;
	assert_int_equal(talk_out(to, port, SYN, 0, NULL, 0), REASON_NONE);
	assert_int_equal(talk_in(to, port, SYN | ACK, 0, NULL, 0), REASON_NONE);
	assert_int_equal(talk_out(to, port, ACK, 0, NULL, 0), REASON_NONE);
}

void
talk_resolve(const char *name, const struct party *at) {
	static struct message q, r;

	q = message_ask(7, name);
	r = message_answer(7, name, NULL, at->ip4);
	struct frame f = frame_udp_with(&talk.a, &talk.server, 4000, 53, q.bytes, q.length);
	bridge_send(&talk.b, LAN, &f);
	f = frame_udp_with(&talk.server, &talk.a, 53, 4000, r.bytes, r.length);
	bridge_send(&talk.b, WAN, &f);
}

void
talk_named(const char *name, enum source source, const struct party *at) {
	bridge_drain(&talk.b);
	assert_string_equal(talk.b.names, name);
	assert_int_equal(talk.b.name.source, source);
	assert_int_equal(talk.b.name.names, 1);
	assert_memory_equal(talk.b.name.mac, talk.a.mac, 6);
	assert_memory_equal(talk.b.name.address, at->ip4, 4);
}
