// SPDX-License-Identifier: BSD-3-Clause
// What a rule means, case by case, through the whole pipeline.

#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#include <string.h>

static struct bridge b;
static struct image image;
static struct party a, c, far, other, host;

#define ALLOW POLICY_ALLOW
#define BLOCK POLICY_BLOCK

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, &(struct shared_config){.start = 1}, NULL);
	a = party_make(1);
	c = party_make(2);
	host = party_make(50);
	far = party_make(100);
	other = party_make(101);
	memcpy(other.mac, far.mac, 6); // both behind one router
	image_init(&image, POLICY_DEFAULT_ALLOW);
	struct frame f[] = {
		frame_arp(&a, &far),
		frame_arp(&c, &far),
		frame_arp(&far, &a),
		frame_arp(&host, &a)};
	bridge_send(&b, LAN, &f[0]);
	bridge_send(&b, LAN2, &f[1]);
	bridge_send(&b, WAN, &f[2]);
	bridge_send(&b, HOST, &f[3]);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	assert_false(b.changed);
	bridge_close(&b);
	return 0;
}

static void
expect_udp(unsigned int port, const struct party *from, const struct party *to, enum reason r) {
	struct frame f = frame_udp(from, to, 1000, 53);
	enum reason got = bridge_send(&b, port, &f);

	if (got != r)
		print_error("%s, not %s\n", reason_name(got), reason_name(r));
	assert_int_equal(got, r);
}

// Every combination of flags on device, pair and destination.
static void
test_precedence(void **state) {
	(void)state;
	for (unsigned int n = 0; n < 128; n++) {
		uint8_t device = n & 3, pair = n >> 2 & 3, everyone = n >> 4 & 3;
		bool blocks_rest = n >> 6;
		image_init(&image, blocks_rest ? POLICY_DEFAULT_BLOCK : POLICY_DEFAULT_ALLOW);
		uint32_t d = image_device(&image, a.mac, device, 0);
		uint32_t to = image_destination(&image, everyone);
		image_address(&image, to, 4, far.ip4);
		image_pair(&image, d, to, pair);
		bridge_policy(&b, &image);
		enum reason want = blocks_rest ? REASON_PROFILE_BLOCKED : REASON_NONE;
		if ((device | pair | everyone) & ALLOW)
			want = REASON_NONE;
		else if (pair & BLOCK)
			want = REASON_PAIR_BLOCKED;
		else if (device & BLOCK)
			want = REASON_DEVICE_BLOCKED;
		else if (everyone & BLOCK)
			want = REASON_DESTINATION_BLOCKED;
		expect_udp(LAN, &a, &far, want);
		expect_udp(WAN, &far, &a, want); // the same flow back: same verdict
	}
}

static void
test_block_stops_what_is_open(void **state) {
	(void)state;
	struct frame out = frame_tcp(&a, &far, 1000, 80, 0x10),
		     in = frame_tcp(&far, &a, 80, 1000, 0x10);
	struct frame beside = frame_tcp(&c, &far, 1000, 80, 0x10);

	assert_int_equal(bridge_send(&b, LAN, &out), REASON_NONE);
	assert_int_equal(bridge_send(&b, WAN, &in), REASON_NONE);
	assert_int_equal(bridge_send(&b, LAN2, &beside), REASON_NONE);
	image_device(&image, a.mac, BLOCK, 0);
	bridge_policy(&b, &image);
	assert_int_equal(bridge_send(&b, WAN, &in), REASON_DEVICE_BLOCKED);
	assert_int_equal(bridge_send(&b, LAN, &out), REASON_DEVICE_BLOCKED);
	assert_int_equal(bridge_send(&b, LAN2, &beside), REASON_NONE);
	bridge_drain(&b);
	uint64_t judged = b.worker->counters.judged;
	assert_int_equal(bridge_send(&b, LAN, &out), REASON_DEVICE_BLOCKED);
	assert_int_equal(b.worker->counters.judged, judged); // once a flow
	bridge_policy(&b, NULL);
	assert_int_equal(bridge_send(&b, LAN, &out), REASON_NONE);
	b.events[WIRE_FLOW] = 0;
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_FLOW], 1); // the change of verdict, at once
	assert_int_equal(b.flow.reason, REASON_NONE);
}

static void
test_blocked_device_is_silent(void **state) {
	(void)state;
	static const uint8_t mcast[6] = {1, 0, 0x5e, 0, 0, 1};
	image_device(&image, a.mac, BLOCK, 0);
	bridge_policy(&b, &image);
	struct frame f = frame_raw(far.mac, a.mac, 0x9999, 46); // not IP
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_DEVICE_BLOCKED);
	f = frame_raw(a.mac, far.mac, 0x9999, 46); // to it
	assert_int_equal(bridge_send(&b, WAN, &f), REASON_DEVICE_BLOCKED);
	f = frame_raw(mcast, a.mac, 0x9999, 46);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_DEVICE_BLOCKED);
	f = frame_raw(far.mac, a.mac, 0x0800, 46); // malformed: version 0
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_DEVICE_BLOCKED);
	expect_udp(LAN2, &c, &a, REASON_DEVICE_BLOCKED); // inside the LAN
	f = frame_udp6(&a, &far, 1, 2);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_DEVICE_BLOCKED);
	f = frame_udp(&a, &far, 4000, 53); // its DNS
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_DEVICE_BLOCKED);
	f = frame_udp(&a, &far, 1, 2);
	frame_tag(&f, 0x8100, 9); // another VLAN does not help
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_DEVICE_BLOCKED);
	f = frame_arp(&a, &far);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE); // the safety class
	f = frame_raw(far.mac, a.mac, 0x888e, 46);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	f = frame_raw(far.mac, c.mac, 0x9999, 46);
	assert_int_equal(bridge_send(&b, LAN2, &f), REASON_NONE);
}

// A rule about a device that has not been seen since the start.
static void
test_blocked_before_it_was_seen(void **state) {
	(void)state;
	struct party silent = party_make(7);

	image_device(&image, silent.mac, BLOCK, 0);
	bridge_policy(&b, &image);
	expect_udp(WAN, &far, &silent, REASON_DEVICE_BLOCKED);
	expect_udp(LAN, &silent, &far, REASON_DEVICE_BLOCKED);
	struct wire_device d;
	unsigned int seen = 0;
	for (uint32_t slot = SLOT_FIRST; slot < shared_devices(b.shared); slot++)
		seen += shared_device(b.shared, slot, &d);
	assert_int_equal(seen, 4); // a, c, host, and now this one
}

static void
test_profiles(void **state) {
	(void)state;
	struct party fresh = party_make(8);
	uint32_t open = image_profile(&image, POLICY_DEFAULT_ALLOW);
	uint32_t closed = image_profile(&image, POLICY_DEFAULT_BLOCK);

	image.c.default_profile = closed;
	image_device(&image, a.mac, 0, open);
	image_device(&image, c.mac, 0, closed);
	bridge_policy(&b, &image);
	expect_udp(LAN, &a, &far, REASON_NONE);
	expect_udp(LAN2, &c, &far, REASON_PROFILE_BLOCKED);
	expect_udp(LAN, &fresh, &far, REASON_PROFILE_BLOCKED);
	expect_udp(LAN, &a, &c, REASON_PROFILE_BLOCKED); // the receiver says so
	struct frame f = frame_arp(&fresh, &far);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
}

static void
test_destination_rules_spare_local(void **state) {
	(void)state;
	struct party group = far;
	memcpy(group.ip4, (uint8_t[]){239, 255, 255, 250}, 4);
	memcpy(group.mac, (uint8_t[]){1, 0, 0x5e, 0x7f, 0xff, 0xfa}, 6);
	uint32_t to = image_destination(&image, BLOCK);

	image_address(&image, to, 4, group.ip4);
	bridge_policy(&b, &image);
	expect_udp(LAN, &a, &group, REASON_NONE);
}

static void
test_pair_is_one_device_only(void **state) {
	(void)state;
	uint32_t d = image_device(&image, a.mac, 0, 0);
	uint32_t to = image_destination(&image, 0);

	image_address(&image, to, 4, far.ip4);
	image_pair(&image, d, to, BLOCK);
	bridge_policy(&b, &image);
	expect_udp(LAN, &a, &far, REASON_PAIR_BLOCKED);
	expect_udp(WAN, &far, &a, REASON_PAIR_BLOCKED);
	expect_udp(LAN2, &c, &far, REASON_NONE);
	expect_udp(LAN, &a, &other, REASON_NONE);
}

static void
test_icmp_errors_follow_what_they_quote(void **state) {
	(void)state;
	struct frame udp = frame_udp(&a, &other, 1000, 53);
	struct frame error = frame_unreachable(&far, &a, &udp); // a router on the way says it
	uint32_t to = image_destination(&image, BLOCK);

	image_address(&image, to, 4, other.ip4);
	assert_int_equal(bridge_send(&b, WAN, &error), REASON_NONE);
	bridge_policy(&b, &image);
	assert_int_equal(bridge_send(&b, WAN, &error), REASON_DESTINATION_BLOCKED);
	struct frame beside = frame_udp(&a, &far, 1000, 53);
	error = frame_unreachable(&far, &a, &beside);
	assert_int_equal(bridge_send(&b, WAN, &error), REASON_NONE); // judged each for itself
}

static void
test_spoofed_source(void **state) {
	(void)state;
	struct party thief = a;

	memcpy(thief.mac, c.mac, 6); // c uses a's address and ports
	expect_udp(LAN, &a, &far, REASON_NONE);
	image_device(&image, c.mac, BLOCK, 0);
	bridge_policy(&b, &image);
	expect_udp(LAN, &a, &far, REASON_NONE);
	expect_udp(LAN2, &thief, &far, REASON_SPOOFED_SOURCE);
	expect_udp(LAN, &a, &far, REASON_NONE); // and a's flow is none the worse
	// The other way round: who is blocked gains nothing by another's MAC being allowed.
	image_init(&image, POLICY_DEFAULT_ALLOW);
	image_device(&image, a.mac, BLOCK, 0);
	bridge_policy(&b, &image);
	expect_udp(LAN, &a, &far, REASON_DEVICE_BLOCKED);
	expect_udp(LAN2, &thief, &far, REASON_NONE); // c itself may
	expect_udp(LAN, &a, &far, REASON_DEVICE_BLOCKED);
}

static void
test_wan_to_host(void **state) {
	(void)state;
	struct frame syn = frame_tcp(&far, &host, 5000, 22, 0x02);
	struct frame ack = frame_tcp(&far, &host, 443, 5000, 0x10);
	struct frame out = frame_tcp(&host, &far, 6000, 443, 0x02);
	struct frame back = frame_tcp(&far, &host, 443, 6000, 0x12);
	struct frame again = frame_tcp(&far, &host, 443, 6000, 0x02);

	assert_int_equal(bridge_send(&b, WAN, &syn), REASON_WAN_TO_HOST);
	assert_int_equal(bridge_send(&b, WAN, &syn), REASON_WAN_TO_HOST);
	assert_int_equal(bridge_send(&b, WAN, &ack), REASON_NONE);
	assert_int_equal(bridge_send(&b, HOST, &out), REASON_NONE);
	assert_int_equal(bridge_send(&b, WAN, &back), REASON_NONE);
	assert_int_equal(bridge_send(&b, WAN, &again), REASON_WAN_TO_HOST);
	assert_int_equal(bridge_send(&b, WAN, &back), REASON_NONE); // and does no harm
	bridge_policy(&b, NULL);
	assert_int_equal(bridge_send(&b, WAN, &syn), REASON_WAN_TO_HOST);
	assert_int_equal(bridge_send(&b, WAN, &back), REASON_NONE);
	expect_udp(WAN, &far, &host, REASON_WAN_TO_HOST);
	struct frame mine = frame_udp(&host, &far, 53, 1000); // the same flow, begun from inside
	assert_int_equal(bridge_send(&b, HOST, &mine), REASON_NONE);
	expect_udp(WAN, &far, &host, REASON_NONE);
	struct frame early = frame_tcp(&far, &host, 443, 7000, 0x02); // guesses the ports
	struct frame own = frame_tcp(&host, &far, 7000, 443, 0x02);
	struct frame reply = frame_tcp(&far, &host, 443, 7000, 0x12);
	assert_int_equal(bridge_send(&b, WAN, &early), REASON_WAN_TO_HOST);
	assert_int_equal(bridge_send(&b, HOST, &own), REASON_NONE);
	assert_int_equal(bridge_send(&b, WAN, &reply), REASON_NONE);
	assert_int_equal(bridge_send(&b, WAN, &early), REASON_WAN_TO_HOST);
	assert_int_equal(bridge_send(&b, WAN, &reply), REASON_NONE);
	struct frame ping = frame_echo(&far, &host, 8, 7), pong = frame_echo(&far, &host, 0, 8);
	assert_int_equal(bridge_send(&b, WAN, &ping), REASON_WAN_TO_HOST);
	assert_int_equal(bridge_send(&b, WAN, &pong), REASON_NONE);
	struct frame lan = frame_tcp(&a, &host, 5000, 22, 0x02);
	assert_int_equal(bridge_send(&b, LAN, &lan), REASON_NONE);
}

static void
test_wan_to_host_after_a_start(void **state) {
	(void)state;
	b.shared->start = b.now - 30000 * NS_PER_MS;
	expect_udp(WAN, &far, &host, REASON_NONE); // may be an answer to what was asked before
	b.now += 31000 * NS_PER_MS;
	expect_udp(WAN, &other, &host, REASON_WAN_TO_HOST);
}

static void
test_gui_is_safe(void **state) {
	(void)state;
	struct frame syn = frame_tcp(&a, &host, 5000, 13026, 0x02);
	struct frame answer = frame_tcp(&host, &a, 13026, 5000, 0x12);
	struct frame ssh = frame_tcp(&a, &host, 5000, 22, 0x02);

	image_device(&image, a.mac, BLOCK, 0);
	bridge_policy(&b, &image);
	assert_int_equal(bridge_send(&b, LAN, &syn), REASON_NONE);
	assert_int_equal(bridge_send(&b, HOST, &answer), REASON_NONE);
	assert_int_equal(bridge_send(&b, LAN, &ssh), REASON_DEVICE_BLOCKED);
	struct frame wan = frame_tcp(&far, &a, 13026, 5001, 0x02);
	assert_int_equal(bridge_send(&b, WAN, &wan), REASON_DEVICE_BLOCKED);
}

static void
test_oversize(void **state) {
	(void)state;
	struct frame f = frame_udp(&a, &far, 1, 2);

	f.bytes[16] = 0x20; // an IP length of eight kilobytes
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	b.shared->port[LAN].cut_at = 60;
	f.bytes[60] = 0; // same frame
	enum reason r = bridge_send(&b, LAN, &f);
	assert_int_equal(r, REASON_OVERSIZE_OFFLOAD);
}

static void
test_fragments_are_no_way_round(void **state) {
	(void)state;
	struct frame first = frame_udp(&a, &far, 1000, 53), later = frame_udp(&a, &far, 0, 0);
	uint32_t to = image_destination(&image, BLOCK);

	frame_fragment(&first, 5, 0, 1);
	frame_fragment(&later, 5, 64, 0);
	image_address(&image, to, 4, far.ip4);
	bridge_policy(&b, &image);
	assert_int_equal(bridge_send(&b, LAN, &later), REASON_DESTINATION_BLOCKED); // comes first
	assert_int_equal(bridge_send(&b, LAN, &first), REASON_DESTINATION_BLOCKED);
	assert_int_equal(bridge_send(&b, LAN, &later), REASON_DESTINATION_BLOCKED);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_precedence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_block_stops_what_is_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blocked_device_is_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blocked_before_it_was_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_profiles, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_destination_rules_spare_local, setup, teardown
		),
		cmocka_unit_test_setup_teardown(test_pair_is_one_device_only, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_icmp_errors_follow_what_they_quote, setup, teardown
		),
		cmocka_unit_test_setup_teardown(test_spoofed_source, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wan_to_host, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wan_to_host_after_a_start, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gui_is_safe, setup, teardown),
		cmocka_unit_test_setup_teardown(test_oversize, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fragments_are_no_way_round, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
