// SPDX-License-Identifier: BSD-3-Clause
// What rules and lists decided, as the dataplane tells it.

#include "dataplane/table/hits.h"
#include "tests/unit/rules_rig.h"
#include "tests/unit/test.h"

#include <string.h>

static struct rules_rig rig;

static int
setup(void **state) {
	(void)state;
	rules_rig_open(&rig, 4);
	bridge_drain(&rig.b);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	rules_rig_close(&rig);
	return 0;
}

// What was told of the rule since the last call.
static uint64_t
told(uint64_t rule) {
	const struct event *e;
	uint64_t sum = 0;

	rig.b.now += 1100 * NS_PER_MS;
	worker_housekeep(rig.b.worker, rig.b.now, 1u << 20);
	while ((e = event_peek(rig.b.worker->events)) != NULL) {
		const struct wire_hits *h = (const void *)e->payload;
		if (e->type == WIRE_HITS && h->rule == rule) {
			sum += h->hits;
			assert_true(h->last_ns + 1100 * NS_PER_MS == rig.b.now);
		}
		event_next(rig.b.worker->events);
	}
	return sum;
}

static void
test_once_a_flow(void **state) {
	(void)state;
	rules_rig_set(&rig, "block a any tcp/25; allow a any tcp/443");
	for (int i = 0; i < 10; i++)
		rules_rig_run(&rig, "a>far tcp 25; a>far tcp 443; a<far tcp 443; c>far tcp 25");
	assert_int_equal(told(1), 1);
	rules_rig_run(&rig, "a>far tcp 25; a>other tcp 25; a>far tcp 443 #1; a>cdn tcp 443");
	assert_int_equal(told(2), 2);
	assert_int_equal(told(2), 0);
}

// A frame that belongs to no flow counts each time.
static void
test_frames_without_a_flow(void **state) {
	(void)state;
	rules_rig_set(&rig, "block a any");
	for (int i = 0; i < 10; i++)
		rules_rig_run(&rig, "a>far raw");
	assert_int_equal(told(1), 10);
}

// The rule's own number counts, not its place in the image; the same verdict counts once.
static void
test_other_rules(void **state) {
	(void)state;
	rules_rig_set(&rig, "block a any tcp/25");
	rules_rig_run(&rig, "a>far tcp 25");
	assert_int_equal(told(1), 1);
	rules_rig_set(&rig, "block a any tcp/25; pause c any; allow c any udp/53");
	rules_rig_run(&rig, "a>far tcp 25");
	assert_int_equal(told(1), 0);
	rules_rig_set(&rig, "allow * addr:far; block a any tcp/25");
	rules_rig_run(&rig, "a>far tcp 25");
	assert_int_equal(told(1), 1);
}

static void
test_lists(void **state) {
	(void)state;
	rules_rig_run(&rig, "a>bad tcp 443; a>bad tcp 443; a>bad tcp 80; a>named tcp 443");
	assert_int_equal(told(WIRE_HITS_LIST), 2);
}

static void
test_limits(void **state) {
	(void)state;
	rules_rig_set(&rig, "limit a any up=1000000");
	rules_rig_run(&rig, "a>far tcp 443; a<far tcp 443; a>far tcp 80");
	assert_int_equal(told(1), 2);
}

// Nobody listens, or the ring is full: later.
static void
test_nothing_is_lost(void **state) {
	(void)state;
	rules_rig_set(&rig, "block a any");
	atomic_store(&rig.b.shared->listening, false);
	rules_rig_run(&rig, "a>far tcp 25");
	assert_int_equal(told(1), 0);
	atomic_store(&rig.b.shared->listening, true);
	while (event_reserve(rig.b.worker->events, WIRE_SNAPSHOT_END, sizeof(uint64_t)))
		event_commit(rig.b.worker->events);
	rules_rig_run(&rig, "a>far tcp 26");
	rig.b.now += 1100 * NS_PER_MS;
	worker_housekeep(rig.b.worker, rig.b.now, 1u << 20);
	bridge_drain(&rig.b);
	rules_rig_run(&rig, "a>far tcp 27");
	assert_int_equal(told(1), 3);
}

static void
test_table(void **state) {
	static struct hits h;
	uint64_t sum = 0;

	(void)state;
	for (uint64_t rule = 1; rule <= 1000; rule++)
		for (uint64_t n = 0; n < rule % 3 + 1; n++)
			hits_add(&h, rule, rule);
	for (const struct hit *e; (e = hits_next(&h)); hits_done(&h)) {
		assert_int_equal(e->hits, e->rule % 3 + 1);
		assert_int_equal(e->last_ns, e->rule);
		sum += e->hits;
	}
	assert_int_equal(sum, 1999 + 1);
	for (uint64_t rule = 1; rule <= 10 * HITS_MAX; rule++)
		hits_add(&h, rule << 20, 1);
	assert_true(h.untold_n <= HITS_MAX);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_once_a_flow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_frames_without_a_flow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_is_lost, setup, teardown),
		cmocka_unit_test(test_table),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
