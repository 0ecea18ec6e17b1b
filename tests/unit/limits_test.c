// SPDX-License-Identifier: BSD-3-Clause
// What may pass in a time: buckets, floods of a port, limits of a device.

#include "dataplane/table/bucket.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#define PPS 1000u

static struct bridge b;

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, &(struct shared_config){.storm = PPS}, NULL);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	bridge_close(&b);
	return 0;
}

static void
test_bucket(void **state) {
	(void)state;
	struct bucket k = {0};
	const ns_t start = 77 * NS_PER_MS;
	unsigned int taken = 0;

	for (int i = 0; i < 100; i++)
		taken += bucket_take(&k, start, 10, 100);
	assert_int_equal(taken, 10);
	assert_false(bucket_has(&k, start, 100));
	assert_false(bucket_take(&k, start - 1, 10, 100)); // a clock that goes back gives nothing
	assert_true(bucket_has(&k, start + 1, 100));
	assert_true(bucket_take(&k, start + 1, 1000, 100)); // the last one may be large
	assert_false(bucket_take(&k, start + 999, 1, 100)); // and is paid back
	assert_true(bucket_take(&k, start + 1001, 1, 100));
	taken = 0;
	for (ns_t t = 0; t < 100000; t++)
		taken += bucket_take(&k, start + 10000 + t, 10, 100);
	assert_in_range(taken, 10000, 10010); // one a cost, and the depth once
}

static unsigned int
passed(unsigned int port, const struct frame *f, unsigned int n) {
	unsigned int count = 0;

	for (unsigned int i = 0; i < n; i++) {
		enum reason r = bridge_send(&b, port, f);
		assert_true(r == REASON_NONE || r == REASON_STORM);
		assert_int_equal(r == REASON_NONE, b.out[0] != 0);
		count += r == REASON_NONE;
	}
	return count;
}

// A flood of one port ends; other ports, what is known, and ARP go on.
static void
test_storm(void **state) {
	(void)state;
	struct party a = party_make(1), c = party_make(2), far = party_make(100);
	static const uint8_t everyone[6] = {255, 255, 255, 255, 255, 255};
	static const uint8_t mdns[6] = {1, 0, 0x5e, 0, 0, 0xfb};
	struct frame broadcast = frame_raw(everyone, a.mac, 0x88b5, 46);
	struct frame multicast = frame_raw(mdns, a.mac, 0x88b5, 46);
	struct frame unknown = frame_udp(&a, &far, 1, 2);
	struct frame arp = frame_arp(&a, &far), answer = frame_udp(&far, &a, 2, 1);
	struct frame others = frame_raw(everyone, c.mac, 0x88b5, 46);
	struct wire_device d;

	assert_int_equal(passed(LAN, &broadcast, PPS), PPS / 4); // a quarter of a second at once
	assert_int_equal(passed(LAN, &multicast, 5), 0);
	assert_int_equal(passed(LAN, &unknown, 5), 0);
	assert_int_equal(passed(LAN2, &others, 5), 5);
	assert_int_equal(passed(LAN, &arp, PPS), PPS / 4); // its own bucket, as large
	assert_true(shared_device(b.shared, SLOT_FIRST, &d));
	assert_int_equal(d.dropped, PPS * 3 / 4 * 2 + 10);
	assert_int_equal(passed(WAN, &answer, 5), 5);
	assert_int_equal(passed(LAN, &unknown, 2 * PPS), 2 * PPS); // known now: no flood
	b.now += 100 * NS_PER_MS;
	assert_int_equal(passed(LAN, &broadcast, PPS), PPS / 10);
	b.now += 3600 * 1000 * NS_PER_MS;
	assert_int_equal(passed(LAN, &broadcast, PPS), PPS / 4);
}

static void
test_storm_off(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	struct frame f = frame_udp(&a, &far, 1, 2);

	b.shared->storm = 0;
	assert_int_equal(passed(LAN, &f, 10 * PPS), 10 * PPS);
}

// A device with a limit, one without, and the router, all known.
struct home {
	struct party a, c, far;
	struct frame up, down, others;
	struct image image;
};

static struct home *
home(struct policy_limit limit) {
	static struct home h;

	b.shared->storm = 0;
	h.a = party_make(1);
	h.c = party_make(2);
	h.far = party_make(100);
	h.up = frame_udp(&h.a, &h.far, 1000, 2000);
	h.down = frame_udp(&h.far, &h.a, 2000, 1000);
	h.others = frame_udp(&h.c, &h.far, 1, 2);
	bridge_send(&b, LAN, &h.up);
	bridge_send(&b, WAN, &h.down);
	bridge_send(&b, LAN2, &h.others);
	image_init(&h.image, POLICY_DEFAULT_ALLOW);
	image_limit(&h.image, image_device(&h.image, h.a.mac, 0, 0), limit);
	bridge_policy(&b, &h.image);
	return &h;
}

// How many of n frames pass at once; the others end for `why`.
static unsigned int
pass(unsigned int port, const struct frame *f, unsigned int n, enum reason why) {
	unsigned int count = 0;

	for (unsigned int i = 0; i < n; i++) {
		enum reason r = bridge_send(&b, port, f);
		if (r != REASON_NONE)
			assert_int_equal(r, why);
		count += r == REASON_NONE;
	}
	return count;
}

static void
test_bandwidth(void **state) {
	(void)state;
	struct home *h = home((struct policy_limit){.up = 10000, .up_burst = 1000});
	size_t length = h->up.length;
	unsigned int at_once = (unsigned int)((1000 + length - 1) / length);
	struct wire_device d;

	assert_int_equal(pass(LAN, &h->up, 100, REASON_RATE_LIMITED), at_once);
	assert_int_equal(pass(WAN, &h->down, 100, REASON_NONE), 100); // the other way has none
	assert_int_equal(pass(LAN2, &h->others, 100, REASON_NONE), 100); // nor has the other device
	assert_true(shared_device(b.shared, SLOT_FIRST, &d));
	assert_int_equal(d.dropped, 100 - at_once);
	assert_int_equal(d.packets_out, 101); // received all the same
	for (int ms = 0; ms < 10000; ms++) {
		b.now += NS_PER_MS;
		at_once += pass(LAN, &h->up, 1, REASON_RATE_LIMITED);
	}
	assert_in_range(
		at_once * length, 100000, 101000 + 2 * length
	); // ten seconds, and the burst
	struct frame arp = frame_arp(&h->a, &h->far);
	pass(LAN, &h->up, 100, REASON_RATE_LIMITED);
	assert_int_equal(pass(LAN, &arp, 100, REASON_NONE), 100); // the safety class
	bridge_policy(&b, NULL);
	assert_int_equal(pass(LAN, &h->up, 100, REASON_NONE), 100);
}

// Between two LAN devices the sender's way up and the receiver's way down both count.
static void
test_bandwidth_between_devices(void **state) {
	(void)state;
	struct home *h = home((struct policy_limit
	){.up = 1000, .up_burst = 100, .down = 1000, .down_burst = 200});
	struct frame to = frame_udp(&h->c, &h->a, 5, 6), from = frame_udp(&h->a, &h->c, 6, 5);
	struct policy_limit slow = {.up = 1000, .up_burst = 1};

	assert_int_equal(
		pass(LAN2, &to, 50, REASON_RATE_LIMITED), (200 + to.length - 1) / to.length
	);
	assert_int_equal(
		pass(LAN, &from, 50, REASON_RATE_LIMITED), (100 + from.length - 1) / from.length
	);
	image_limit(&h->image, image_device(&h->image, h->c.mac, 0, 0), slow);
	bridge_policy(&b, &h->image);
	b.now += 3600 * 1000 * NS_PER_MS;
	assert_int_equal(pass(LAN2, &to, 50, REASON_RATE_LIMITED), 1);
}

static void
test_new_flows(void **state) {
	(void)state;
	struct home *h = home((struct policy_limit){.new_flows = 5});
	unsigned int begun = 0;

	assert_int_equal(pass(LAN, &h->up, 100, REASON_NONE), 100); // it was there before
	for (uint16_t port = 1; port <= 20; port++) {
		struct frame syn = frame_tcp(&h->a, &h->far, port, 443, 2);
		struct frame answer = frame_tcp(&h->far, &h->a, 443, port, 0x12);
		struct frame data = frame_tcp(&h->a, &h->far, port, 443, 0x10);
		if (pass(LAN, &syn, 1, REASON_NEW_FLOW_LIMITED) == 0)
			continue;
		begun++;
		assert_int_equal(pass(WAN, &answer, 10, REASON_NONE), 10);
		assert_int_equal(pass(LAN, &data, 100, REASON_NONE), 100);
	}
	assert_int_equal(begun, 5);
	struct frame again = frame_tcp(&h->a, &h->far, 20, 443, 2);
	assert_int_equal(pass(LAN, &again, 10, REASON_NEW_FLOW_LIMITED), 0); // asks each time
	b.now += 200 * NS_PER_MS; // time for one
	assert_int_equal(pass(LAN, &again, 10, REASON_NEW_FLOW_LIMITED), 10);
	for (uint16_t port = 1; port <= 20; port++) { // what others begin is theirs
		struct frame in = frame_tcp(&h->c, &h->a, port, 80, 2);
		assert_int_equal(pass(LAN2, &in, 1, REASON_NONE), 1);
	}
}

// Several packets of one new flow in one burst ask once.
static void
test_new_flows_of_one_burst(void **state) {
	(void)state;
	struct home *h = home((struct policy_limit){.new_flows = 2});

	for (unsigned int i = 0; i < 30; i++) {
		struct frame f = frame_udp(&h->a, &h->far, (uint16_t)(10 + i / 10), 53);
		bridge_stage(&b, LAN, &f);
	}
	bridge_run(&b);
	for (unsigned int i = 0; i < 30; i++)
		assert_int_equal(b.reason[i], i < 20 ? REASON_NONE : REASON_NEW_FLOW_LIMITED);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bucket),
		cmocka_unit_test_setup_teardown(test_storm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_storm_off, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bandwidth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bandwidth_between_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new_flows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new_flows_of_one_burst, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
