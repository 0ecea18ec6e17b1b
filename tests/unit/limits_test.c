// SPDX-License-Identifier: BSD-3-Clause
// What may pass in a time: buckets, and floods of a port.

#include "dataplane/table/bucket.h"
#include "tests/unit/bridge.h"
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

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bucket),
		cmocka_unit_test_setup_teardown(test_storm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_storm_off, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
