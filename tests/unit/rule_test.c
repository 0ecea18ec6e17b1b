// SPDX-License-Identifier: BSD-3-Clause
// Rules and their bits, ids, the map and the sorted arrays they stand in.

#include "control/array.h"
#include "control/change.h"
#include "control/id.h"
#include "control/map.h"
#include "platform/base.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

static void
words(void **) {
	enum action action;
	bool set;

	assert_true(action_parse("block", &action, &set) && set && action == ACTION_BLOCK);
	assert_true(action_parse("unignore", &action, &set) && !set && action == ACTION_IGNORE);
	assert_false(action_parse("Block", &action, &set));
	assert_false(action_parse("", &action, &set));
	assert_string_equal(action_opposite(ACTION_ALLOW), "unallow");
}

static void
bits_follow_rules(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.example.org", "198.51.100.1");
	struct device *d = gathering_device(&g, 1);
	struct destination *to = destination_find_domain(&g.s, "example.org");
	struct rule *device = rule_set(&g.s, 0, ACTION_BLOCK, d, NULL, 1, "a");
	struct rule *everyone = rule_set(&g.s, 0, ACTION_IGNORE, NULL, to, 2, "b");
	struct rule *pair = rule_set(&g.s, 0, ACTION_ALLOW, d, to, 3, "c");
	assert_int_equal(d->actions, ACTION_BLOCK);
	assert_int_equal(to->actions, ACTION_IGNORE);
	assert_int_equal(link_find(&g.s, d, to)->actions, ACTION_ALLOW);
	assert_int_equal(to->pair_rules, 1);
	assert_ptr_equal(rule_set(&g.s, 0, ACTION_ALLOW, d, to, 9, "again"), pair);
	assert_int_equal(g.s.rules_count, 3);
	assert_true(device->id < everyone->id && everyone->id < pair->id);
	assert_ptr_equal(rule_by_id(&g.s, everyone->id), everyone);
	assert_null(rule_set(&g.s, 0, ACTION_BLOCK, NULL, NULL, 1, "nobody and nothing"));
	rule_clear(&g.s, pair);
	rule_clear(&g.s, device);
	assert_int_equal(d->actions, 0);
	assert_int_equal(link_find(&g.s, d, to)->actions, 0);
	assert_int_equal(to->pair_rules, 0);
	assert_int_equal(to->actions, ACTION_IGNORE);
	gathering_close(&g);
}

static void
a_name_that_a_rule_is_about(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "a.tracker.net", "198.51.100.1");
	assert_false(g.s.names_moved);
	rule_set(&g.s, 0, ACTION_BLOCK, NULL, destination_find_domain(&g.s, "tracker.net"), 1, "a");
	gathering_name(&g, 1, "www.example.org", "198.51.100.7");
	assert_false(g.s.names_moved);
	gathering_name(&g, 2, "b.tracker.net", "198.51.100.2");
	assert_true(g.s.names_moved);
	g.s.names_moved = false;
	gathering_name(&g, 2, "b.tracker.net", "198.51.100.2"); // nothing new
	assert_false(g.s.names_moved);
	gathering_name(&g, 3, "www.shop.com x.tracker.net", "198.51.100.3");
	assert_true(g.s.names_moved);
	g.s.names_moved = false;
	gathering_name(&g, 2, "www.example.org", "198.51.100.2"); // not the tracker's any more
	assert_true(g.s.names_moved);
	gathering_close(&g);
}

static struct rule_spec
domain_spec(const char *name) {
	struct rule_spec s = {.action = ACTION_BLOCK};
	struct rule_fault f;

	assert_true(rule_set_object(&s, RULE_DOMAIN, name, &f));
	return s;
}

static void
a_name_beneath_a_domain_that_a_rule_names(void **) {
	struct rule_spec spec = domain_spec("ads.tracker.net");
	struct gathering g;

	gathering_open(&g);
	struct rule *r = rule_put(&g.s, 0, &spec, 1, "a");
	gathering_name(&g, 1, "tracker.net", "198.51.100.1");
	gathering_name(&g, 1, "notads.tracker.net", "198.51.100.2");
	assert_false(g.s.names_moved);
	gathering_name(&g, 1, "www.shop.com x.ads.tracker.net", "198.51.100.3");
	assert_true(g.s.names_moved);
	g.s.names_moved = false;
	rule_clear(&g.s, r);
	gathering_name(&g, 1, "y.ads.tracker.net", "198.51.100.4");
	assert_false(g.s.names_moved);
	gathering_close(&g);
}

#define NOON ((uint64_t)1795694400 * NS_PER_S) // Thursday, 2026-11-26T12:00:00Z

static void
the_clock_switches_rules(void **) {
	struct rule_spec spec;
	struct gathering g;

	setenv("TZ", "UTC", 1);
	tzset();
	gathering_open(&g);
	struct device *d = gathering_device(&g, 1);
	rule_spec_plain(&spec, ACTION_BLOCK, d, NULL);
	assert_int_equal(schedule_read("thu 11:00-13:00", &spec.schedule), 0);
	struct rule *hours = rule_put(&g.s, 0, &spec, 1, "a");
	rule_spec_plain(&spec, ACTION_PAUSE, d, NULL);
	spec.until_ns = NOON + 60 * NS_PER_S;
	struct rule *pause = rule_put(&g.s, 0, &spec, 1, "a");
	assert_int_equal(d->actions, ACTION_BLOCK | ACTION_PAUSE);
	assert_false(change_hours(&g.s, NOON));
	assert_true(change_hours(&g.s, NOON + 60 * NS_PER_S));
	assert_false(pause->active);
	assert_int_equal(d->actions, ACTION_BLOCK);
	assert_true(change_hours(&g.s, NOON + 3600 * NS_PER_S));
	assert_int_equal(d->actions, 0);
	// Late is caught up, early too: nobody ran for a week.
	assert_true(change_hours(&g.s, NOON + 7 * 24 * 3600 * NS_PER_S));
	assert_true(hours->active);
	// A clock that was never set switches nothing, and says so.
	assert_false(change_hours(&g.s, 5 * NS_PER_S));
	assert_true(hours->active && g.s.clock_untrusted);
	assert_true(change_hours(&g.s, NOON + 3600 * NS_PER_S));
	assert_false(g.s.clock_untrusted);
	gathering_close(&g);
}

static void
two_rules_hold_one_bit(void **) {
	struct rule_spec spec;
	struct gathering g;

	gathering_open(&g);
	struct device *d = gathering_device(&g, 1);
	struct rule *plain = rule_set(&g.s, 0, ACTION_BLOCK, d, NULL, 1, "a");
	rule_spec_plain(&spec, ACTION_BLOCK, d, NULL);
	spec.schedule.days = SCHEDULE_EVERY_DAY;
	struct rule *hours = rule_put(&g.s, 0, &spec, 1, "a");
	assert_ptr_not_equal(plain, hours);
	assert_ptr_equal(rule_find(&g.s, ACTION_BLOCK, d, NULL), plain);
	rule_clear(&g.s, plain);
	assert_int_equal(d->actions, ACTION_BLOCK);
	spec.disabled = true;
	assert_ptr_equal(rule_put(&g.s, hours->id, &spec, 1, "a"), hours);
	assert_int_equal(d->actions, 0);
	// Rules with other conditions have no bit at all.
	spec.disabled = false;
	spec.direction = RULE_IN;
	rule_put(&g.s, 0, &spec, 1, "a");
	assert_int_equal(d->actions, 0);
	gathering_close(&g);
}

static void
ids(void **) {
	uint64_t one = id_new();
	uint64_t two = id_new();
	char a[ID_TEXT];
	char b[ID_TEXT];
	uint64_t back;

	assert_true(two > one);
	assert_true(strcmp(id_text("dev_", one, a), id_text("dev_", two, b)) < 0);
	assert_int_equal(strlen(a), 4 + 13);
	assert_true(id_parse("dev_", a, &back) && back == one);
	id_text("dev_", UINT64_MAX, a);
	assert_true(id_parse("dev_", a, &back) && back == UINT64_MAX);
	static const char *const wrong[] = {
		"",
		"dev_",
		"dst_0000000000001",
		"dev_000000000000",
		"dev_00000000000000",
		"dev_000000000000i",
		"dev_0000000000000",
		"dev_zzzzzzzzzzzzz",
		"DEV_0000000000001",
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(id_parse("dev_", wrong[i], &back));
	id_seen(two + 1000000000);
	assert_true(id_new() > two + 1000000000);
}

struct thing {
	uint64_t id;
};

static const void *
thing_key(const void *item, size_t *ret_length) {
	*ret_length = sizeof(uint64_t);
	return item;
}

static void
a_map_and_an_array_agree(void **) {
	enum {
		THINGS = 3000
	};
	static struct thing things[THINGS];
	static bool in[THINGS];
	void **items = NULL;
	size_t count = 0;
	struct map m;

	map_init(&m, thing_key);
	srand(7);
	for (unsigned int step = 0; step < 50000; step++) {
		unsigned int i = (unsigned int)rand() % THINGS;
		things[i].id = i + 1;
		if (in[i]) {
			map_remove(&m, &things[i]);
			array_remove(items, &count, &things[i]);
		} else {
			assert_int_equal(map_put(&m, &things[i]), 0);
			assert_int_equal(array_insert(&items, &count, &things[i]), 0);
		}
		in[i] = !in[i];
	}
	assert_int_equal(m.count, count);
	for (unsigned int i = 0; i < THINGS; i++) {
		uint64_t id = i + 1;
		void *wanted = in[i] ? &things[i] : NULL;
		assert_ptr_equal(map_find(&m, &id, sizeof id), wanted);
		assert_ptr_equal(array_find(items, count, id), wanted);
	}
	for (size_t i = 1; i < count; i++)
		assert_true(((struct thing *)items[i - 1])->id < ((struct thing *)items[i])->id);
	free(items);
	map_fini(&m);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(bits_follow_rules),
		cmocka_unit_test(a_name_that_a_rule_is_about),
		cmocka_unit_test(a_name_beneath_a_domain_that_a_rule_names),
		cmocka_unit_test(the_clock_switches_rules),
		cmocka_unit_test(two_rules_hold_one_bit),
		cmocka_unit_test(ids),
		cmocka_unit_test(a_map_and_an_array_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
