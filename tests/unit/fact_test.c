// SPDX-License-Identifier: BSD-3-Clause
// The fact table: what is new once, what is refused.

#include "dataplane/table/fact.h"
#include "platform/base.h"
#include "platform/wire_types.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint64_t some_seed[HASH_SEED_WORDS] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct fact_table *
facts_new(void) {
	struct fact_table *t = fact_table_new(128, 8, some_seed);
	assert_non_null(t);
	return t;
}

static int
say(struct fact_table *t, uint16_t slot, uint8_t kind, const char *text, uint64_t s) {
	uint64_t key = fact_key(t, slot, kind, SOURCE_MDNS, text, strlen(text));
	return fact_add(t, key, slot, kind, SOURCE_MDNS, text, strlen(text), s * NS_PER_S);
}

static void
test_facts_are_new_once(void **state) {
	struct fact_table *t = facts_new();
	struct fact_row r;

	(void)state;
	assert_int_equal(say(t, 2, FACT_KIND_MDNS_SERVICE, "_ipp._tcp", 9), 1);
	assert_int_equal(say(t, 2, FACT_KIND_MDNS_SERVICE, "_ipp._tcp", 10), 0);
	assert_int_equal(say(t, 2, FACT_KIND_MDNS_SERVICE, "_http._tcp", 10), 1); // one more
	assert_int_equal(say(t, 3, FACT_KIND_MDNS_SERVICE, "_ipp._tcp", 10), 1); // of another
	assert_int_equal(say(t, 2, FACT_KIND_HOP_LIMIT, "64", 10), 1);
	assert_int_equal(say(t, 2, FACT_KIND_HOP_LIMIT, "63,64", 10), 1); // in its place
	assert_int_equal(say(t, 2, FACT_KIND_HOP_LIMIT, "64", 10), 1); // and back
	assert_int_equal(say(t, 2, FACT_KIND_HOP_LIMIT, "", 10), -EINVAL);
	assert_int_equal(say(t, 9, FACT_KIND_HOP_LIMIT, "64", 10), -EINVAL);
	assert_int_equal(fact_rows(t), 4);
	fact_get(t, 0, &r);
	assert_string_equal(r.text, "_ipp._tcp");
	assert_int_equal(r.seen_ns, 10 * NS_PER_S);
	fact_get(t, 3, &r);
	assert_string_equal(r.text, "64");
	fact_table_free(t);
}

static void
test_facts_of_a_flood_are_refused(void **state) {
	struct fact_table *t = facts_new();
	char text[32];
	int kept = 0, changed = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "_s%d._tcp", i);
		kept += say(t, 2, FACT_KIND_MDNS_SERVICE, text, (uint64_t)i + 1) == 1;
	}
	assert_int_equal(kept, FACTS_PER_DEVICE);
	assert_int_equal(say(t, 3, FACT_KIND_MDNS_SERVICE, "_ipp._tcp", 1), 1);
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "%d", i);
		changed += say(t, 4, FACT_KIND_HOP_LIMIT, text, 5000) == 1;
	}
	assert_in_range(changed, 60, 66); // then one a second
	assert_int_equal(say(t, 4, FACT_KIND_HOP_LIMIT, "64", 5002), 1);
	assert_int_equal(say(t, 3, FACT_KIND_MDNS_SERVICE, "_ipp._tcp", 5002), 0);
	fact_table_free(t);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts_are_new_once),
		cmocka_unit_test(test_facts_of_a_flood_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
