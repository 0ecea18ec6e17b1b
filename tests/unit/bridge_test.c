// SPDX-License-Identifier: BSD-3-Clause
// Where frames go: learning, flooding, moves, what is never learned; they arrive unchanged.

#include "dataplane/pipeline.h"
#include "tests/unit/bridge.h"
#include "tests/unit/test.h"

#include <string.h>

static struct bridge b;

#define BIT(port) (1u << (port))

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, NULL, NULL);
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
test_learns(void **state) {
	(void)state;
	struct party a = party_make(1), c = party_make(2), far = party_make(100);
	struct frame f = frame_udp(&a, &far, 1000, 53), g = frame_udp(&far, &a, 53, 1000);
	struct frame h = frame_udp(&c, &a, 1, 2);

	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	assert_int_equal(b.out[0], BIT(LAN2) | BIT(WAN) | BIT(HOST)); // not seen yet
	assert_int_equal(bridge_send(&b, WAN, &g), REASON_NONE);
	assert_int_equal(b.out[0], BIT(LAN));
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	assert_int_equal(b.out[0], BIT(WAN));
	assert_int_equal(bridge_send(&b, LAN, &h), REASON_SAME_PORT);
	assert_int_equal(b.out[0], 0);
	assert_int_equal(bridge_send(&b, LAN2, &h), REASON_NONE);
	assert_int_equal(b.out[0], BIT(LAN));
}

static void
test_groups(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	static const uint8_t pause[6] = {1, 0x80, 0xc2, 0, 0, 1};
	static const uint8_t lldp[6] = {1, 0x80, 0xc2, 0, 0, 0x0e};
	static const uint8_t mcast[6] = {1, 0, 0x5e, 0, 0, 0xfb};
	struct frame f = frame_arp(&a, &far);

	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	assert_int_equal(b.out[0], BIT(LAN2) | BIT(WAN) | BIT(HOST));
	f = frame_arp(&far, &a); // the safety class reaches the gateway from the WAN
	assert_int_equal(bridge_send(&b, WAN, &f), REASON_NONE);
	assert_int_equal(b.out[0], BIT(LAN) | BIT(LAN2) | BIT(HOST));
	f = frame_raw(mcast, far.mac, 0x9999, 50); // nothing else does
	assert_int_equal(bridge_send(&b, WAN, &f), REASON_NONE);
	assert_int_equal(b.out[0], BIT(LAN) | BIT(LAN2));
	f = frame_raw(pause, a.mac, 0x8808, 46);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_LINK_LOCAL);
	assert_int_equal(b.out[0], 0);
	f = frame_raw(lldp, a.mac, 0x88cc, 46);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	assert_int_equal(b.out[0], BIT(LAN2) | BIT(WAN) | BIT(HOST));
}

static void
test_moves(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	struct frame from_a = frame_arp(&a, &far), from_far = frame_arp(&far, &a);
	struct frame to_a = frame_raw(a.mac, far.mac, 0x9999, 46);
	struct frame to_far = frame_raw(far.mac, a.mac, 0x9999, 46);

	bridge_send(&b, LAN, &from_a);
	bridge_send(&b, WAN, &from_far);
	bridge_send(&b, LAN2, &from_a); // between LAN ports at once
	bridge_send(&b, WAN, &to_a);
	assert_int_equal(b.out[0], BIT(LAN2));
	bridge_send(&b, WAN, &from_a); // to the WAN not while it is young
	bridge_send(&b, WAN, &to_a);
	assert_int_equal(b.out[0], BIT(LAN2));
	bridge_send(&b, LAN, &from_far); // nor does a LAN device take the router's place
	bridge_send(&b, LAN2, &to_far);
	assert_int_equal(b.out[0], BIT(WAN));
	b.now += 6000 * NS_PER_MS;
	bridge_send(&b, WAN, &from_a);
	bridge_send(&b, LAN, &to_a);
	assert_int_equal(b.out[0], BIT(WAN));
}

// A device may use another's MAC, but not take over the gateway's place with it.
static void
test_gateway_keeps_its_place(void **state) {
	(void)state;
	struct party host = party_make(50), a = party_make(1), far = party_make(100);
	struct frame from_host = frame_arp(&host, &a), from_far = frame_arp(&far, &a);
	struct frame syn = frame_tcp(&far, &host, 5000, 22, 2);

	bridge_send(&b, HOST, &from_host);
	bridge_send(&b, WAN, &from_far);
	bridge_send(&b, LAN, &from_host);
	assert_int_equal(bridge_send(&b, WAN, &syn), REASON_WAN_TO_HOST);
	struct wire_device d;
	assert_true(shared_device(b.shared, SLOT_FIRST, &d));
	assert_int_equal(d.side, SIDE_HOST);
}

static void
test_never_learned(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100), odd = party_make(3);
	const uint8_t *own = b.shared->port[WAN].mac;
	struct frame f = frame_raw(far.mac, own, 0x9999, 46);

	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE); // forwarded
	f = frame_raw(own, far.mac, 0x9999, 46);
	bridge_send(&b, WAN, &f);
	assert_int_equal(b.out[0], BIT(LAN) | BIT(LAN2)); // flooded: not learned
	odd.mac[0] |= 1;
	f = frame_raw(a.mac, odd.mac, 0x9999, 46);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	assert_int_equal(shared_devices(b.shared), SLOT_FIRST);
}

static void
test_vlans_are_apart(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	struct frame f = frame_udp(&a, &far, 1, 2), g = frame_udp(&far, &a, 2, 1);

	frame_tag(&f, 0x8100, 10);
	bridge_send(&b, LAN, &f);
	bridge_send(&b, WAN, &g); // untagged: a is not known there
	assert_int_equal(b.out[0], BIT(LAN) | BIT(LAN2));
	frame_tag(&g, 0x8100, 10);
	bridge_send(&b, WAN, &g);
	assert_int_equal(b.out[0], BIT(LAN));
	assert_int_equal(shared_devices(b.shared), SLOT_FIRST + 1); // one device all the same
}

static void
test_lengths_arrive(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	static const uint16_t types[] = {
		0x0800,
		0x0806,
		0x86dd,
		0x8100,
		0x88a8,
		0x8863,
		0x8864,
		0x888e,
		0x88cc,
		0x0026,
		0x0600,
		0xffff,
		0x0000,
		0x8847,
		0x88e5};

	for (size_t length = 46; length <= 1500; length += length < 70 || length > 1490 ? 1 : 97)
		for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
			struct frame f = frame_raw(far.mac, a.mac, types[t], length);
			assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
			assert_int_not_equal(b.out[0], 0);
			frame_tag(&f, 0x8100, 7);
			assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
		}
	for (size_t length = 0; length < 46; length++) { // shorter than Ethernet allows
		struct frame f = frame_raw(far.mac, a.mac, 0x0800, length);
		f.length = MAX_OF(length, (size_t)1);
		bridge_send(&b, LAN, &f);
		assert_int_equal(b.reason[0], REASON_NONE);
	}
}

static void
test_too_big_and_closed(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	struct frame f = frame_raw(far.mac, a.mac, 0x9999, 1800);
	struct frame from_far = frame_arp(&far, &a);

	assert_int_equal(bridge_send(&b, LAN, &f), REASON_TOO_BIG);
	bridge_send(&b, WAN, &from_far);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_TOO_BIG);
	f = frame_raw(far.mac, a.mac, 0x9999, 100);
	atomic_store(&b.shared->port[WAN].open, false);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NO_EGRESS);
	for (int p = 0; p < PORTS; p++)
		atomic_store(&b.shared->port[p].open, false);
	f = frame_arp(&a, &far);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NO_EGRESS);
}

// A frame that no port took moves to tx_full; one that some port took does not.
static void
test_refused_by_tx(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	struct frame f = frame_arp(&a, &far);
	struct worker_counters *c = &b.worker->counters;

	for (unsigned int refuse = 1; refuse <= 3; refuse++) {
		bridge_stage(&b, LAN, &f);
		pipeline_run(b.worker, &b.batch);
		for (unsigned int p = LAN2; p < LAN2 + refuse; p++)
			worker_tx_refused(b.worker, &b.batch, (uint16_t)p, 0);
		worker_tx_drop(b.worker);
		b.batch.n = 0;
		assert_int_equal(c->reason_packets[REASON_TX_FULL], refuse == 3);
		assert_int_equal(c->reason_packets[REASON_NONE], MIN_OF(refuse, 2u));
	}
	assert_int_equal(c->reason_bytes[REASON_TX_FULL], f.length);
}

static void
test_ages(void **state) {
	(void)state;
	struct party a = party_make(1), far = party_make(100);
	struct frame f = frame_arp(&a, &far), to_a = frame_raw(a.mac, far.mac, 0x9999, 46);

	bridge_send(&b, LAN, &f);
	bridge_send(&b, WAN, &to_a);
	assert_int_equal(b.out[0], BIT(LAN));
	b.now += 310000ull * NS_PER_MS;
	for (int i = 0; i < 20; i++)
		bridge_sweep(&b);
	bridge_send(&b, WAN, &to_a);
	assert_int_equal(b.out[0], BIT(LAN) | BIT(LAN2));
}

static void
test_counts_devices(void **state) {
	(void)state;
	struct party a = party_make(1), c = party_make(2), far = party_make(100);
	struct frame f = frame_udp(&a, &c, 1, 2), g = frame_udp(&c, &a, 2, 1);
	struct frame out = frame_udp(&a, &far, 1, 2);
	struct wire_device d;

	bridge_send(&b, LAN, &f); // c is unknown: nobody's but a's
	bridge_send(&b, LAN2, &g);
	bridge_send(&b, LAN, &f);
	bridge_send(&b, LAN, &out);
	assert_true(shared_device(b.shared, SLOT_FIRST, &d));
	assert_memory_equal(d.mac, a.mac, 6);
	assert_int_equal(d.packets_out, 3);
	assert_int_equal(d.packets_in, 1);
	assert_int_equal(d.bytes_out, 2 * f.length + out.length);
	assert_int_equal(d.side, SIDE_LAN);
	assert_int_equal(d.first_seen_ns, b.now);
	assert_true(shared_device(b.shared, SLOT_FIRST + 1, &d));
	assert_int_equal(d.packets_out, 1);
	assert_int_equal(d.packets_in, 1);
	assert_false(shared_device(b.shared, SLOT_FIRST + 2, &d));
	assert_false(shared_device(b.shared, SLOT_OTHER, &d));
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_DEVICE], 2);
	assert_int_equal(b.events[WIRE_ADDRESS], 2);
}

static void
test_device_table_full(void **state) {
	(void)state;
	struct party far = party_make(100);

	bridge_close(&b);
	bridge_open(&b, &(struct shared_config){.devices = 10}, NULL);
	for (unsigned int n = 1; n < 30; n++) {
		struct party a = party_make(n);
		struct frame f = frame_udp(&a, &far, 1, 2);
		assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	}
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_ALERT], 1);
	struct wire_device d;
	assert_true(shared_device(b.shared, SLOT_OTHER, &d));
	assert_int_equal(d.packets_out + b.events[WIRE_DEVICE], 29);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_learns, setup, teardown),
		cmocka_unit_test_setup_teardown(test_groups, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gateway_keeps_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_never_learned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_vlans_are_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lengths_arrive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_big_and_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused_by_tx, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counts_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_device_table_full, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
