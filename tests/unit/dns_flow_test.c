// SPDX-License-Identifier: BSD-3-Clause
// DNS that takes more than one packet, through all stages: over TCP and in fragments.

#include "tests/unit/hello.h"
#include "tests/unit/message.h"
#include "tests/unit/talk.h"
#include "tests/unit/test.h"

#include <string.h>

// The message with its length in front.
static struct hello
framed(const struct message *m) {
	struct hello h = {.length = m->length + 2};

	h.bytes[0] = (uint8_t)(m->length >> 8);
	h.bytes[1] = (uint8_t)m->length;
	memcpy(h.bytes + 2, m->bytes, m->length);
	return h;
}

static void
test_dns_over_tcp(void **state) {
	(void)state;
	static struct message q, r;
	static struct hello ask, reply;

	for (unsigned int way = 0; way < 4; way++) {
		q = message_ask(7, "www.ads.example");
		r = message_answer(7, "www.ads.example", NULL, talk.site.ip4);
		ask = framed(&q);
		reply = framed(&r);
		talk_again();
		talk_open(&talk.server, 53);
		talk_out(&talk.server, 53, ACK, 0, ask.bytes, ask.length);
		uint32_t n = (uint32_t)reply.length;
		if (way == 0) {
			talk_in(&talk.server, 53, ACK, 0, reply.bytes, n);
		} else if (way == 1) { // in one-byte segments
			for (uint32_t i = 0; i < n; i++)
				talk_in(&talk.server, 53, ACK, i, reply.bytes + i, 1);
		} else if (way == 2) { // its end first
			talk_in(&talk.server, 53, ACK, 20, reply.bytes + 20, n - 20);
			talk_in(&talk.server, 53, ACK, 0, reply.bytes, 20);
		} else { // behind another message
			struct message more =
				message_answer(9, "other.example", NULL, talk.server.ip4);
			struct hello first = framed(&more);
			memcpy(first.bytes + first.length, reply.bytes, n);
			talk_in(&talk.server, 53, ACK, 0, first.bytes, first.length + n);
		}
		bridge_drain(&talk.b);
		assert_int_equal(talk.b.events[WIRE_NAME], 1);
		assert_string_equal(talk.b.names, "www.ads.example");
		assert_int_equal(talk.b.name.source, SOURCE_DNS);
		talk.sport++;
		assert_int_equal(
			talk_out(&talk.site, 443, SYN, 0, NULL, 0), REASON_DESTINATION_BLOCKED
		);
	}
}

// 64 KiB of records with names as long as they get: read as far as the bounds go, and over soon.
static void
test_lies_of_64_kib(void **state) {
	(void)state;
	static struct message r;
	char name[256] = "";
	unsigned int n = 0;

	for (int i = 0; i < 120; i++)
		strcat(name, "x.");
	strcat(name, "example");
	struct message q = message_ask(7, name);
	r = message_ask(7, name);
	r.bytes[2] = 0x81;
	for (; r.length < 65000; n++) {
		name[0] = (char)('a' + n % 26);
		message_record(&r, name, 1, (uint8_t[]){198, 51, (uint8_t)n, 7}, 4);
	}
	talk_open(&talk.server, 53);
	struct hello ask = framed(&q);
	talk_out(&talk.server, 53, ACK, 0, ask.bytes, ask.length);
	uint8_t length[2] = {(uint8_t)(r.length >> 8), (uint8_t)r.length};
	talk_in(&talk.server, 53, ACK, 0, length, 2);
	for (uint32_t at = 0; at < r.length; at += 1400)
		talk_in(&talk.server, 53, ACK, 2 + at, r.bytes + at, MIN_OF(1400, r.length - at));
	bridge_drain(&talk.b);
	assert_in_range(talk.b.events[WIRE_NAME], 1, 64);
	// The next message of the connection is found behind it.
	struct message next = message_ask(8, "b.example");
	ask = framed(&next);
	talk_out(&talk.server, 53, ACK, (uint32_t)q.length + 2, ask.bytes, ask.length);
	next = message_answer(8, "b.example", NULL, talk.site.ip4);
	struct hello reply = framed(&next);
	talk_in(&talk.server, 53, ACK, 2 + (uint32_t)r.length, reply.bytes, reply.length);
	bridge_drain(&talk.b);
	assert_string_equal(talk.b.names, "b.example");
}

static void
test_dns_in_fragments(void **state) {
	(void)state;
	for (unsigned int way = 0; way < 2; way++) {
		static struct message q, r;
		talk_again();
		q = message_ask(7, "www.ads.example");
		r = message_answer(7, "www.ads.example", NULL, talk.site.ip4);
		struct frame ask =
			frame_udp_with(&talk.a, &talk.server, 4000, 53, q.bytes, q.length);
		bridge_send(&talk.b, LAN, &ask);
		struct frame whole =
			frame_udp_with(&talk.server, &talk.a, 53, 4000, r.bytes, r.length);
		struct frame first = whole, last = whole;
		size_t data = 8 + r.length, cut = 32;
		frame_fragment(&first, 5, 0, 1);
		first.bytes[16] = 0;
		first.bytes[17] = (uint8_t)(20 + cut);
		first.length = MAX_OF(34 + cut, (size_t)60);
		frame_fragment(&last, 5, (uint16_t)cut, 0);
		last.bytes[17] = (uint8_t)(20 + data - cut);
		memmove(last.bytes + 34, whole.bytes + 34 + cut, data - cut);
		last.length = MAX_OF(34 + data - cut, (size_t)60);
		bridge_send(&talk.b, WAN, way ? &last : &first);
		bridge_send(&talk.b, WAN, way ? &first : &last);
		bridge_drain(&talk.b);
		assert_int_equal(talk.b.events[WIRE_NAME], 1);
		assert_string_equal(talk.b.names, "www.ads.example");
	}
}

static void
test_service_hints(void **state) {
	(void)state;
	struct message q = message_ask(7, "www.ads.example");
	struct message r = message_ask(7, "www.ads.example");
	uint8_t data[64] = {0, 1}; // priority 1

	q.bytes[q.length - 3] = r.bytes[r.length - 3] = 65; // HTTPS
	size_t n = 2 + message_name(data + 2, "svc.example");
	memcpy(data + n, "\0\4\0\4", 4);
	memcpy(data + n + 4, talk.site.ip4, 4);
	r.bytes[2] = 0x81;
	message_record(&r, "www.ads.example", 65, data, n + 8);
	struct frame f = frame_udp_with(&talk.a, &talk.server, 4000, 53, q.bytes, q.length);
	bridge_send(&talk.b, LAN, &f);
	f = frame_udp_with(&talk.server, &talk.a, 53, 4000, r.bytes, r.length);
	bridge_send(&talk.b, WAN, &f);
	bridge_drain(&talk.b);
	assert_int_equal(talk.b.name.names, 2);
	assert_string_equal(talk.b.names, "www.ads.example");
	assert_string_equal(talk.b.names + strlen(talk.b.names) + 1, "svc.example");
	assert_int_equal(talk_out(&talk.site, 443, SYN, 0, NULL, 0), REASON_DESTINATION_BLOCKED);
}

int
main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, talk_begin, talk_end)
	const struct CMUnitTest tests[] = {
		TEST(dns_over_tcp),
		TEST(lies_of_64_kib),
		TEST(dns_in_fragments),
		TEST(service_hints),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
