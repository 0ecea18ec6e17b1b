// SPDX-License-Identifier: BSD-3-Clause
// Limits that are rules: whose, about what, and several at once.

#include "tests/unit/rules_rig.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static struct rules_rig rig;

static int
setup(void **state) {
	(void)state;
	rules_rig_open(&rig, 4);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	rules_rig_close(&rig);
	return 0;
}

// How many of n times the packet passes; else it ends for `why`.
static unsigned int
passes(const char *packet, unsigned int n, enum reason why) {
	unsigned int count = 0;

	for (unsigned int i = 0; i < n; i++) {
		enum reason r = rules_rig_run(&rig, packet);
		if (r != REASON_NONE)
			assert_int_equal(r, why);
		count += r == REASON_NONE;
	}
	return count;
}

// The same, each time as another connection.
static unsigned int
begins(const char *packet, unsigned int from, unsigned int n) {
	unsigned int count = 0;
	char text[64];

	for (unsigned int i = from; i < from + n; i++) {
		snprintf(text, sizeof text, "%s #%u", packet, i);
		count += passes(text, 1, REASON_NEW_FLOW_LIMITED);
	}
	return count;
}

#define UDP 58u // bytes of the rig's datagram, IPv4

static void
test_each_device_has_its_own(void **state) {
	(void)state;
	rules_rig_set(&rig, "limit * any up=580");
	assert_int_equal(passes("a>far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(passes("a>other udp 9", 50, REASON_RATE_LIMITED), 0); // the same bucket
	assert_int_equal(passes("c>far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(passes("a<far udp 9", 50, REASON_NONE), 50);
	rig.b.now += 500 * NS_PER_MS;
	assert_int_equal(passes("a>other udp 9", 50, REASON_RATE_LIMITED), 290 / UDP);
}

static void
test_of_what_the_rule_is_about(void **state) {
	(void)state;
	rules_rig_set(&rig, "limit a addr:far udp/9 down=580");
	rules_rig_run(&rig, "a>far udp 9; a>far udp 10; c>far udp 9; a>other udp 9");
	assert_int_equal(passes("a<far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(passes("a<far udp 10", 50, REASON_NONE), 50);
	assert_int_equal(passes("a<other udp 9", 50, REASON_NONE), 50);
	assert_int_equal(passes("c<far udp 9", 50, REASON_NONE), 50);
	assert_int_equal(passes("a>far udp 9", 50, REASON_NONE), 50);
}

static void
test_by_profile_and_by_name(void **state) {
	(void)state;
	rules_rig_set(&rig, "a in p1; allow * any; limit p1 domain:tv.example up=580");
	rules_rig_run(&rig, "a?www.tv.example=far; c?www.tv.example=far");
	assert_int_equal(passes("a>far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(passes("c>far udp 9", 50, REASON_NONE), 50);
	assert_int_equal(passes("a>other udp 9", 50, REASON_NONE), 50);
}

// What one refuses takes nothing of the other.
static void
test_the_tightest_applies(void **state) {
	(void)state;
	rules_rig_set(&rig, "limit * any up=5800; limit a addr:far up=580; limit a any up=1160");
	assert_int_equal(passes("a>far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(passes("a>other udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(passes("c>far udp 9", 200, REASON_RATE_LIMITED), 5800 / UDP);
}

static void
test_between_devices(void **state) {
	(void)state;
	rules_rig_set(&rig, "limit a local up=580; limit c any down=290");
	assert_int_equal(passes("a>c udp 9", 50, REASON_RATE_LIMITED), 290 / UDP);
	assert_int_equal(passes("a>far udp 9", 50, REASON_NONE), 50);
}

static void
test_new_flows(void **state) {
	(void)state;
	rules_rig_set(&rig, "limit * any tcp flows=5");
	assert_int_equal(begins("a>far tcp 443", 0, 20), 5);
	assert_int_equal(passes("a>far tcp 443 ack #0", 50, REASON_NONE), 50);
	assert_int_equal(begins("a>far udp 9", 0, 20), 20);
	assert_int_equal(begins("c>far tcp 443", 0, 20), 5);
	assert_int_equal(begins("far>c tcp 80", 0, 20), 20); // what others begin is theirs
	rig.b.now += 400 * NS_PER_MS;
	assert_int_equal(begins("a>far tcp 443", 100, 20), 2);
}

static void
test_new_flows_towards_a_device(void **state) {
	(void)state;
	rules_rig_set(&rig, "limit c any tcp in flows=3");
	assert_int_equal(begins("far>c tcp 80", 0, 20), 3);
	assert_int_equal(begins("c>far tcp 80", 0, 20), 20);
}

// A rule that comes, changes or goes holds for what is open.
static void
test_changes(void **state) {
	(void)state;
	assert_int_equal(passes("a>far udp 9", 50, REASON_NONE), 50);
	rules_rig_set(&rig, "limit * any up=580");
	assert_int_equal(passes("a>far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	rules_rig_set(&rig, "limit * any up=580; block c any");
	assert_int_equal(passes("a>far udp 9", 50, REASON_RATE_LIMITED), 0); // it goes on
	rules_rig_set(&rig, "block c any");
	assert_int_equal(passes("a>far udp 9", 50, REASON_NONE), 50);
	rules_rig_set(&rig, "limit a any up=580; block a any udp");
	assert_int_equal(passes("a>far udp 9", 50, REASON_RULE_BLOCKED), 0);
	rig.b.now += 1000 * NS_PER_MS;
	rules_rig_set(&rig, "limit a any up=580");
	assert_int_equal(passes("a>far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
}

// Nor does a full flow table, or what is no IP, get round it.
static void
test_without_a_flow(void **state) {
	char text[96];

	(void)state;
	for (unsigned int i = 0; i < 200; i++) {
		snprintf(
			text,
			sizeof text,
			"a>nl tcp 80 #%u; a<nl tcp 80 #%u; a>nl tcp 80 ack #%u",
			i,
			i,
			i
		);
		rules_rig_run(&rig, text);
	}
	rules_rig_set(&rig, "limit a any up=600; limit c addr:far up=580");
	assert_int_equal(passes("a>far raw", 50, REASON_RATE_LIMITED), 600 / 60);
	assert_int_equal(passes("c>far raw", 50, REASON_NONE), 50);
	uint64_t refused = rig.b.worker->counters.flows_refused;
	assert_int_equal(passes("c>far udp 9", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(rig.b.worker->counters.flows_refused, refused + 50);
}

// More different sets of rules than have a number.
static void
test_many_sets(void **state) {
	char rules[16384] = "limit a any up=580";
	char packet[64];

	(void)state;
	for (unsigned int port = 1; port <= 600; port++)
		snprintf(
			rules + strlen(rules),
			sizeof rules - strlen(rules),
			"; limit * any udp/%u up=0",
			port
		);
	rules_rig_set(&rig, rules);
	unsigned int passed = 0;
	for (unsigned int port = 1; port <= 600; port++) {
		snprintf(packet, sizeof packet, "a>far udp %u", port);
		passed += passes(packet, 1, REASON_RATE_LIMITED);
	}
	assert_int_equal(passed, 580 / UDP);
	rig.b.now += 1000 * NS_PER_MS;
	assert_int_equal(passes("a>far udp 600", 50, REASON_RATE_LIMITED), 580 / UDP);
	assert_int_equal(passes("a>far udp 1", 50, REASON_RATE_LIMITED), 0);
	assert_int_equal(passes("c>far udp 600", 50, REASON_NONE), 50);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_device_has_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_of_what_the_rule_is_about, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_profile_and_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_tightest_applies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_between_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new_flows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_new_flows_towards_a_device, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_a_flow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_sets, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
