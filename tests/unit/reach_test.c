// SPDX-License-Identifier: BSD-3-Clause
// Where a list's server may be, and where not, whatever the address is wrapped in.

#include "control/fetch/reach.h"
#include "platform/base.h"
#include "platform/text.h"
#include "tests/unit/test.h"

#include <stdbool.h>
#include <string.h>

static void
test_addresses(void **) {
	static const struct {
		const char *text;
		enum reach reach;
	} rows[] = {
		{"1.1.1.1", REACH_INTERNET},
		{"198.51.100.7", REACH_INTERNET},
		{"9.255.255.255", REACH_INTERNET},
		{"10.0.0.0", REACH_PRIVATE},
		{"10.255.255.255", REACH_PRIVATE},
		{"11.0.0.0", REACH_INTERNET},
		{"100.63.255.255", REACH_INTERNET},
		{"100.64.0.1", REACH_PRIVATE},
		{"100.127.255.255", REACH_PRIVATE},
		{"100.128.0.0", REACH_INTERNET},
		{"127.0.0.1", REACH_PRIVATE},
		{"169.254.169.254", REACH_PRIVATE},
		{"172.15.255.255", REACH_INTERNET},
		{"172.16.0.0", REACH_PRIVATE},
		{"172.31.255.255", REACH_PRIVATE},
		{"172.32.0.0", REACH_INTERNET},
		{"192.168.1.1", REACH_PRIVATE},
		{"198.18.0.1", REACH_PRIVATE},
		{"198.20.0.0", REACH_INTERNET},
		{"0.0.0.0", REACH_NOBODY},
		{"224.0.0.1", REACH_NOBODY},
		{"255.255.255.255", REACH_NOBODY},
		{"2001:4860:4860::8888", REACH_INTERNET},
		{"::", REACH_NOBODY},
		{"::1", REACH_PRIVATE},
		{"::ffff:127.0.0.1", REACH_PRIVATE},
		{"::ffff:1.1.1.1", REACH_INTERNET},
		{"::10.0.0.1", REACH_PRIVATE},
		{"64:ff9b::7f00:1", REACH_PRIVATE},
		{"64:ff9b::101:101", REACH_INTERNET},
		{"64:ff9b:1::1", REACH_PRIVATE},
		{"2002:a00:1::1", REACH_PRIVATE},
		{"2002:101:101::1", REACH_INTERNET},
		{"fd00::1", REACH_PRIVATE},
		{"fe80::1", REACH_PRIVATE},
		{"fec0::1", REACH_PRIVATE},
		{"ff02::1", REACH_NOBODY},
	};
	unsigned int family;
	uint8_t bytes[16];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		memset(bytes, 0, sizeof bytes);
		assert_int_equal(text_parse_address(rows[i].text, &family, bytes), 0);
		if (reach_of(family, bytes) != rows[i].reach)
			print_error("%s\n", rows[i].text);
		assert_int_equal(reach_of(family, bytes), rows[i].reach);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
