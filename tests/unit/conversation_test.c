// SPDX-License-Identifier: BSD-3-Clause
// Flows through the pipeline: how they begin, are counted, reported, end, and give way.

#include "dataplane/pipeline.h"
#include "dataplane/table/flow_state.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#include <string.h>

static struct bridge b;
static struct party a, c, far;

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, NULL, NULL);
	a = party_make(1);
	c = party_make(2);
	far = party_make(100);
	struct frame f[] = {frame_arp(&a, &far), frame_arp(&far, &a)};
	bridge_send(&b, LAN, &f[0]);
	bridge_send(&b, WAN, &f[1]);
	bridge_sweep(&b);
	memset(b.events, 0, sizeof b.events);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	bridge_close(&b);
	return 0;
}

static void
send(unsigned int port, struct frame f) {
	bridge_send(&b, port, &f);
}

static void
test_counts_both_ways(void **state) {
	(void)state;
	struct frame out = frame_udp(&a, &far, 1000, 53), in = frame_udp(&far, &a, 53, 1000);

	b.now += 5 * NS_PER_MS;
	ns_t first = b.now;
	send(LAN, out);
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_FLOW], 1); // at once
	assert_int_equal(b.flow.packets[0], 1);
	b.now += 7 * NS_PER_US;
	send(WAN, in);
	send(LAN, out);
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_FLOW], 1);
	ns_t last = b.now;
	bridge_sweep(&b);
	assert_in_range(b.events[WIRE_FLOW], 2, 3); // cumulative
	assert_int_equal(b.flow.packets[0], 2);
	assert_int_equal(b.flow.packets[1], 1);
	assert_int_equal(b.flow.bytes[0], 2 * out.length);
	assert_int_equal(b.flow.bytes[1], in.length);
	assert_memory_equal(b.flow.address[0], a.ip4, 4);
	assert_memory_equal(b.flow.mac[0], a.mac, 6);
	assert_int_equal(b.flow.port[0], 1000);
	assert_int_equal(b.flow.port[1], 53);
	assert_int_equal(b.flow.side[0], SIDE_LAN);
	assert_int_equal(b.flow.side[1], SIDE_WAN);
	assert_int_equal(b.flow.first_seen_ns, first);
	assert_int_equal(b.flow.last_seen_ns, last);
	assert_int_equal(b.flow.flags, WIRE_FLOW_HAS_PORTS);
	bridge_sweep(&b);
	bridge_sweep(&b);
	unsigned int reported = b.events[WIRE_FLOW];
	bridge_sweep(&b);
	assert_int_equal(b.events[WIRE_FLOW], reported); // silent flows are not reported
}

static void
test_expires_by_the_packets_own_time(void **state) {
	(void)state;
	send(LAN, frame_udp(&a, &far, 1000, 53));
	b.now += 119ull * 1000 * NS_PER_MS;
	send(LAN, frame_udp(&a, &far, 1000, 53));
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_FLOW], 1);
	b.now += 121ull * 1000 * NS_PER_MS; // no sweep has run
	send(LAN, frame_udp(&a, &far, 1000, 53));
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_FLOW], 3); // the end of one, the begin of another
	assert_int_equal(b.worker->counters.flows_ended, 1);
	assert_int_equal(b.flow.packets[0], 1);
	b.now -= 500ull * 1000 * NS_PER_MS; // the clock of a capture may go back
	send(LAN, frame_udp(&a, &far, 1000, 53));
	assert_int_equal(b.worker->counters.flows_ended, 1);
}

static void
test_sweep_frees(void **state) {
	(void)state;
	send(LAN, frame_udp(&a, &far, 1000, 53));
	assert_int_equal(worker_flows_active(b.worker), 1);
	b.now += 121ull * 1000 * NS_PER_MS;
	bridge_sweep(&b);
	assert_int_equal(worker_flows_active(b.worker), 0);
	assert_true(b.flow.flags & WIRE_FLOW_ENDED);
	assert_int_equal(b.flow.packets[0], 1);
}

static void
test_tcp_closes(void **state) {
	(void)state;
	static const struct {
		unsigned int port;
		uint8_t flags;
	} life[] = {{LAN, 2}, {WAN, 18}, {LAN, 16}, {LAN, 17}, {WAN, 17}, {LAN, 16}};

	for (size_t i = 0; i < ARRAY_LEN(life); i++)
		send(life[i].port,
		     life[i].port == LAN ? frame_tcp(&a, &far, 1000, 80, life[i].flags)
					 : frame_tcp(&far, &a, 80, 1000, life[i].flags));
	bridge_drain(&b);
	uint64_t id = b.flow.id;
	assert_int_equal(b.events[WIRE_FLOW], 1);
	send(LAN, frame_tcp(&a, &far, 1000, 80, 2)); // the same ports again
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_FLOW], 3);
	assert_int_not_equal(b.flow.id, id);
	send(WAN, frame_tcp(&far, &a, 80, 1000, 20)); // reset
	b.now += 11ull * 1000 * NS_PER_MS;
	bridge_sweep(&b);
	assert_int_equal(worker_flows_active(b.worker), 0);
}

static void
test_icmp(void **state) {
	(void)state;
	send(LAN, frame_echo(&a, &far, 8, 77));
	send(WAN, frame_echo(&far, &a, 0, 77));
	send(LAN, frame_echo(&a, &far, 8, 78));
	assert_int_equal(worker_flows_active(b.worker), 2);
	bridge_drain(&b);
	assert_int_equal(b.flow.flags, WIRE_FLOW_ICMP | WIRE_FLOW_ICMP_ID);
	assert_int_equal(b.flow.icmp_id, 78);
	assert_int_equal(b.flow.icmp_type, 8);
	struct frame quoted = frame_udp(&a, &far, 1, 2);
	send(WAN, frame_unreachable(&far, &a, &quoted));
	assert_int_equal(worker_flows_active(b.worker), 3); // of its own kind, not the quoted one
	bridge_drain(&b);
	assert_int_equal(b.flow.flags, WIRE_FLOW_ICMP);
	assert_int_equal(b.flow.icmp_type, 3);
}

static void
test_fragments_belong_together(void **state) {
	(void)state;
	struct frame first = frame_udp(&a, &far, 1000, 53), later = frame_udp(&a, &far, 0, 0);

	frame_fragment(&first, 5, 0, 1);
	frame_fragment(&later, 5, 64, 0);
	send(LAN, first);
	send(LAN, later);
	assert_int_equal(worker_flows_active(b.worker), 1);
	bridge_sweep(&b);
	assert_int_equal(b.flow.packets[0], 2);
	frame_fragment(&later, 6, 64, 0);
	send(LAN, later);
	assert_int_equal(worker_flows_active(b.worker), 2); // its first one was never seen
}

static void
test_tags_tell_flows_apart(void **state) {
	(void)state;
	for (unsigned int tags = 0; tags <= 4; tags++) {
		struct frame f = frame_udp(&a, &far, 1000, 53);
		for (unsigned int t = tags; t > 0; t--)
			frame_tag(&f, 0x8100, (uint16_t)(t - 1 + 10));
		send(LAN, f);
		assert_int_equal(worker_flows_active(b.worker), tags + 1);
		bridge_drain(&b);
		assert_int_equal(b.flow.tags, tags);
		for (unsigned int t = 0; t < tags; t++)
			assert_int_equal(b.flow.vlan[t], 10 + t);
	}
}

static void
test_snapshot(void **state) {
	(void)state;
	for (uint16_t n = 0; n < 10; n++)
		send(LAN, frame_udp(&a, &far, (uint16_t)(1000 + n), 53));
	for (int i = 0; i < 4; i++)
		bridge_sweep(&b);
	b.events[WIRE_FLOW] = 0;
	worker_report_all(b.worker, 42);
	bridge_sweep(&b);
	bridge_sweep(&b);
	assert_int_equal(b.events[WIRE_FLOW], 10);
	assert_int_equal(b.events[WIRE_SNAPSHOT_END], 1);
}

static void
test_full_ring_heals(void **state) {
	(void)state;
	bridge_close(&b);
	bridge_open(&b, NULL, &(struct worker_config){.flows = 4096, .event_bytes = 4096});
	for (uint16_t n = 0; n < 500; n++)
		send(LAN, frame_udp(&a, &far, (uint16_t)(1000 + n), 53));
	assert_true(b.worker->counters.events_lost > 400);
	static bool told[500];
	unsigned int known = 0;
	for (int turn = 0; turn < 200; turn++) {
		b.now += 600 * NS_PER_MS;
		worker_housekeep(b.worker, b.now, 1u << 20);
		const struct event *e;
		while ((e = event_peek(b.worker->events)) != NULL) {
			const struct wire_flow *f = (const void *)e->payload;
			if (e->type == WIRE_FLOW && !told[f->port[0] - 1000]) {
				told[f->port[0] - 1000] = true;
				known++;
			}
			event_next(b.worker->events);
		}
	}
	assert_int_equal(known, 500);
}

static void
test_nobody_listens(void **state) {
	(void)state;
	atomic_store(&b.shared->listening, false);
	for (uint16_t n = 0; n < 500; n++)
		send(LAN, frame_udp(&a, &far, (uint16_t)(1000 + n), 53));
	bridge_sweep(&b);
	assert_int_equal(b.worker->counters.events_lost, 0);
	assert_int_equal(b.events[WIRE_FLOW], 0);
}

// Unanswered flows give way, oldest first; an established one never does; nothing is dropped.
static void
test_full_table(void **state) {
	(void)state;
	bridge_close(&b);
	bridge_open(&b, NULL, &(struct worker_config){.flows = 64});
	struct frame arp = frame_arp(&far, &a);
	bridge_send(&b, WAN, &arp);
	for (uint16_t n = 0; n < 40; n++) {
		send(LAN, frame_udp(&a, &far, (uint16_t)(1000 + n), 53));
		send(WAN, frame_udp(&far, &a, 53, (uint16_t)(1000 + n)));
	}
	bridge_sweep(&b);
	for (uint16_t n = 0; n < 1000; n++) {
		struct frame f = frame_tcp(&c, &far, (uint16_t)(2000 + n), 80, 2);
		assert_int_equal(bridge_send(&b, LAN2, &f), REASON_NONE);
	}
	assert_int_equal(worker_flows_active(b.worker), 64);
	assert_int_equal(b.worker->counters.flows_evicted, 1000 - 24);
	assert_int_equal(b.worker->counters.flows_refused, 0);
	uint64_t created = b.worker->counters.flows_created;
	for (uint16_t n = 0; n < 40; n++)
		send(LAN, frame_udp(&a, &far, (uint16_t)(1000 + n), 53));
	assert_int_equal(b.worker->counters.flows_created, created); // all still there
	for (uint16_t n = 0; n < 24; n++)
		send(WAN, frame_tcp(&far, &c, 80, (uint16_t)(2000 + 999 - n), 18));
	for (uint16_t n = 0; n < 24; n++)
		send(LAN2, frame_tcp(&c, &far, (uint16_t)(2000 + 999 - n), 80, 16));
	bridge_drain(&b);
	b.events[WIRE_ALERT] = 0;
	struct frame f = frame_udp(&c, &far, 5000, 53);
	for (int i = 0; i < 3; i++)
		assert_int_equal(bridge_send(&b, LAN2, &f), REASON_NONE); // without a flow
	assert_int_equal(b.worker->counters.flows_refused, 3);
	assert_int_equal(b.worker->counters.without_flow, 4); // the ARP, too
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_ALERT], 1);
	static struct image image;
	image_init(&image, POLICY_DEFAULT_ALLOW);
	image_device(&image, c.mac, POLICY_BLOCK, 0);
	bridge_policy(&b, &image);
	assert_int_equal(bridge_send(&b, LAN2, &f), REASON_DEVICE_BLOCKED);
}

// A flow that a batch already holds is not taken from under it.
static void
test_batch_keeps_its_flows(void **state) {
	(void)state;
	bridge_close(&b);
	bridge_open(&b, NULL, &(struct worker_config){.flows = 64});
	for (uint16_t n = 0; n < 64; n++)
		send(LAN, frame_udp(&a, &far, (uint16_t)(1000 + n), 53));
	struct frame f = frame_udp(&a, &far, 1000, 53); // the oldest
	bridge_stage(&b, LAN, &f);
	for (uint16_t n = 1; n < BATCH_MAX; n++) {
		f = frame_udp(&a, &far, (uint16_t)(3000 + n), 53);
		bridge_stage(&b, LAN, &f);
	}
	bridge_run(&b);
	bridge_drain(&b);
	f = frame_udp(&a, &far, 1000, 53);
	bridge_send(&b, LAN, &f);
	bridge_sweep(&b);
	b.events[WIRE_FLOW] = 0;
	uint64_t packets = 0;
	for (uint32_t i = 0; i < 64; i++)
		packets =
			MAX_OF(packets,
			       b.worker->flows->count[i].packets[0]
				       + b.worker->flows->count[i].packets[1]);
	assert_int_equal(packets, 3);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_counts_both_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_expires_by_the_packets_own_time, setup, teardown
		),
		cmocka_unit_test_setup_teardown(test_sweep_frees, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tcp_closes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_icmp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fragments_belong_together, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tags_tell_flows_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(test_snapshot, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_ring_heals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody_listens, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_table, setup, teardown),
		cmocka_unit_test_setup_teardown(test_batch_keeps_its_flows, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
