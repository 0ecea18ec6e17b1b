// SPDX-License-Identifier: BSD-3-Clause
// The last day of security fixes is a whole day, and the one that SECURITY.md promises.

#include "control/supported.h"
#include "platform/text.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static uint64_t
at(const char *time) {
	uint64_t ns;

	assert_int_equal(text_parse_time(time, &ns), 0);
	return ns;
}

static void
test_the_last_day_counts(void **state) {
	(void)state;
	assert_false(supported_ended("2027-11-30", at("2026-01-01T00:00:00Z")));
	assert_false(supported_ended("2027-11-30", at("2027-11-30T23:59:59Z")));
	assert_true(supported_ended("2027-11-30", at("2027-12-01T00:00:00Z")));
}

static void
test_no_day_never_ends(void **state) {
	static const char *const days[] = {"", "soon", "2027-13-01", "2027-11-30T00:00:00Z"};

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
		assert_false(supported_ended(days[i], at("2100-01-01T00:00:00Z")));
}

static void
test_of_this_build(void **state) {
	char line[256];
	bool promised = false;
	FILE *f = fopen(SPIN_SOURCE "/SECURITY.md", "re");

	(void)state;
	assert_int_not_equal(supported_end_ns(SPIN_SECURITY_UNTIL), 0);
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		promised |= strstr(line, "until " SPIN_SECURITY_UNTIL) != NULL;
	fclose(f);
	assert_true(promised);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_day_counts),
		cmocka_unit_test(test_no_day_never_ends),
		cmocka_unit_test(test_of_this_build),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
