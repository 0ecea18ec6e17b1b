// SPDX-License-Identifier: BSD-3-Clause
// Which format a scraper is given, and how families look in each.

#include "control/metrics.h"
#include "control/metrics_write.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

static void
test_who_gets_openmetrics(void **state) {
	static const struct {
		const char *accept;
		bool open;
	} cases[] = {
		{NULL, false},
		{"", false},
		{"*/*", false},
		{"text/plain;version=0.0.4", false},
		{"application/openmetrics-text", true},
		{"application/openmetrics-text;version=1.0.0,text/plain;q=0", true},
		{"text/plain;q=0.5, application/openmetrics-text; version=1.0.0; q=0.7", true},
		{"application/openmetrics-text;q=0", false},
		{"application/openmetrics-text; q=0.0, text/plain", false},
		{"application/openmetrics-text;q=0.05", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (metrics_wants_open(cases[i].accept) != cases[i].open)
			fail_msg("%s", cases[i].accept);
}

static char *
written(bool open) {
	char *text = NULL;
	size_t length;
	struct metrics_writer m = {.f = open_memstream(&text, &length), .open = open};

	metric_family(&m, "spin_build_info", "info", "A release.");
	metric_of(&m, 1, "version", "1", "odd", "a\"b\\c\nd");
	metric_family(&m, "spin_frames_total", "counter", "Frames.");
	metric_plain(&m, 18446744073709551615u);
	metric_family(&m, "spin_devices", "gauge", "Devices.");
	metric_plain(&m, 0);
	fclose(m.f);
	return text;
}

static void
test_both_formats(void **state) {
	char *plain = written(false), *open = written(true);

	(void)state;
	assert_string_equal(
		plain,
		"# HELP spin_build_info A release.\n# TYPE spin_build_info gauge\n"
		"spin_build_info{version=\"1\",odd=\"a\\\"b\\\\c d\"} 1\n"
		"# HELP spin_frames_total Frames.\n# TYPE spin_frames_total counter\n"
		"spin_frames_total 18446744073709551615\n"
		"# HELP spin_devices Devices.\n# TYPE spin_devices gauge\nspin_devices 0\n"
	);
	assert_string_equal(
		open,
		"# HELP spin_build A release.\n# TYPE spin_build info\n"
		"spin_build_info{version=\"1\",odd=\"a\\\"b\\\\c d\"} 1\n"
		"# HELP spin_frames Frames.\n# TYPE spin_frames counter\n"
		"spin_frames_total 18446744073709551615\n"
		"# HELP spin_devices Devices.\n# TYPE spin_devices gauge\nspin_devices 0\n"
	);
	free(plain);
	free(open);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_gets_openmetrics),
		cmocka_unit_test(test_both_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
