// SPDX-License-Identifier: BSD-3-Clause
// Server names in QUIC, through all stages.

#include "tests/unit/hello.h"
#include "tests/unit/talk.h"
#include "tests/unit/test.h"

#include <string.h>

static const struct hello_initial initial = {1, "quic", hello_salt_1, 0, "firstkey", "firstkey", 0};

static enum reason
datagram(const struct hello *h) {
	struct frame f = frame_udp_with(&talk.a, &talk.site, talk.sport, 443, h->bytes, h->length);
	return bridge_send(&talk.b, LAN, &f);
}

static void
test_quic_names(void **state) {
	(void)state;
	static const struct hello_initial v2 = {
		0x6b3343cf, "quicv2", hello_salt_2, 1, "firstkey", "firstkey", 0};
	const struct hello_initial *versions[] = {&initial, &v2};

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct hello m = hello_message("q.ads.example", 40, 0), frames = {.length = 0};
		hello_crypto(&frames, &m, 100, m.length - 100); // as browsers shuffle them
		hello_crypto(&frames, &m, 0, 100);
		struct hello h = hello_seal(versions[i], &frames, 1200);
		talk.sport++;
		assert_int_equal(datagram(&h), REASON_DESTINATION_BLOCKED);
		talk_named("q.ads.example", SOURCE_QUIC, &talk.site);
	}
}

static void
test_quic_over_several_initials(void **state) {
	(void)state;
	struct hello m = hello_message("q.ads.example", 1500, 0);
	struct hello one = {.length = 0}, two = {.length = 0};
	struct hello_initial second = initial;

	hello_crypto(&one, &m, 0, 1100);
	hello_crypto(&two, &m, 1100, m.length - 1100);
	second.to = "srvchose"; // after the server's first answer
	second.number = 1;
	struct hello first = hello_seal(&initial, &one, 1200);
	struct hello last = hello_seal(&second, &two, 1200);
	assert_int_equal(datagram(&first), REASON_NONE);
	assert_int_equal(datagram(&last), REASON_DESTINATION_BLOCKED);
	talk.sport++;
	second.to = initial.to;
	last = hello_seal(&second, &two, 1200);
	assert_int_equal(datagram(&last), REASON_NONE);
	assert_int_equal(datagram(&first), REASON_DESTINATION_BLOCKED);
	talk.sport++; // a Retry: everything again under another key
	struct hello_initial again = initial;
	again.key_id = again.to = "retried!";
	assert_int_equal(datagram(&first), REASON_NONE);
	struct hello h = hello_seal(&again, &one, 1200);
	assert_int_equal(datagram(&h), REASON_NONE);
	again.number = 1;
	h = hello_seal(&again, &two, 1200);
	assert_int_equal(datagram(&h), REASON_DESTINATION_BLOCKED);
}

static void
test_quic_beside_other_packets(void **state) {
	(void)state;
	static const uint8_t early[] = {0xd0, 0, 0, 0, 1, 0, 0, 3, 1, 2, 3}; // 0-RTT
	struct hello m = hello_message("q.ads.example", 0, 0), frames = {.length = 0};

	hello_crypto(&frames, &m, 0, m.length);
	struct hello h = hello_seal(&initial, &frames, 1180), both = {.length = 0};
	memcpy(both.bytes, early, sizeof early);
	memcpy(both.bytes + sizeof early, h.bytes, h.length);
	both.length = sizeof early + h.length;
	struct hello other = {.length = 40};
	talk.sport++;
	assert_int_equal(datagram(&other), REASON_NONE); // no QUIC: that was all
	assert_int_equal(datagram(&h), REASON_NONE);
	talk.sport++;
	assert_int_equal(datagram(&both), REASON_DESTINATION_BLOCKED);
	talk.sport++;
	struct hello early_only = {.length = sizeof early};
	memcpy(early_only.bytes, early, sizeof early);
	assert_int_equal(datagram(&early_only), REASON_NONE); // came before its Initial
	assert_int_equal(datagram(&h), REASON_DESTINATION_BLOCKED);
}

// A flood of Initials is not opened; what comes later is.
static void
test_initials_are_paid_for(void **state) {
	(void)state;
	struct hello m = hello_message("q.example", 0, 0), frames = {.length = 0};

	talk.b.shared->inspect_hellos = false;
	talk.image.c.flags = POLICY_INSPECT_HELLOS;
	bridge_policy(&talk.b, &talk.image);
	hello_crypto(&frames, &m, 0, m.length);
	struct hello h = hello_seal(&initial, &frames, 300);
	for (int i = 0; i < 3000; i++, talk.sport++) {
		datagram(&h);
		bridge_drain(&talk.b);
	}
	assert_in_range(talk.b.events[WIRE_NAME], 1999, 2001);
	talk.b.now += NS_PER_MS;
	for (int i = 0; i < 100; i++, talk.sport++)
		datagram(&h);
	bridge_drain(&talk.b);
	assert_in_range(talk.b.events[WIRE_NAME], 2019, 2022);
}

int
main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, talk_begin, talk_end)
	const struct CMUnitTest tests[] = {
		TEST(quic_names),
		TEST(quic_over_several_initials),
		TEST(quic_beside_other_packets),
		TEST(initials_are_paid_for),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
