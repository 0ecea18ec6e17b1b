// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/roles.h"
#include "tests/unit/test.h"

#include <string.h>

static void
test_table_is_sorted_and_whole(void **state) {
	(void)state;
	assert_true(roles_table_count > 40);
	for (size_t i = 1; i < roles_table_count; i++)
		assert_true(strcmp(roles_table[i - 1].operation, roles_table[i].operation) < 0);
}

static void
test_roles_are_those_of_the_description(void **state) {
	(void)state;
	static const struct {
		const char *operation;
		const char *may; // one letter a role: none, metrics, provider, viewer, user, admin
	} cases[] = {
		{"getHealth", "nmpvua"},
		{"getMetrics", "mvua"},
		{"listDevices", "pvua"},
		{"actOnDevice", "pua"},
		{"putProfile", "ua"},
		{"noSuchOperation", "a"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (enum role role = 0; role < ROLE_COUNT; role++) {
			bool may = strchr(cases[i].may, role_name(role)[0]) != NULL;
			assert_int_equal(roles_allow(cases[i].operation, role), may);
		}
	assert_true(roles_is_open("getHealth"));
	assert_false(roles_is_open("listDevices"));
}

static void
test_names_of_roles(void **state) {
	(void)state;
	enum role role = ROLE_COUNT;
	assert_false(role_parse("none", &role));
	assert_false(role_parse("root", &role));
	assert_int_equal(role, ROLE_COUNT);
	for (enum role r = ROLE_METRICS; r < ROLE_COUNT; r++) {
		assert_true(role_parse(role_name(r), &role));
		assert_int_equal(role, r);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_sorted_and_whole),
		cmocka_unit_test(test_roles_are_those_of_the_description),
		cmocka_unit_test(test_names_of_roles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
