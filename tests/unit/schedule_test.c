// SPDX-License-Identifier: BSD-3-Clause
// Hours: days, midnight, and the two nights a year on which the clock jumps.

#include "control/schedule.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

static void
texts(void **) {
	static const struct {
		const char *text;
		const char *back; // NULL: refused
	} cases[] = {
		{"mon-fri 22:00-06:00", "mon-fri 22:00-06:00"},
		{"daily 20:00-07:30", "daily 20:00-07:30"},
		{"20:00-07:30", "daily 20:00-07:30"},
		{"weekend 08:00-20:00", "sat,sun 08:00-20:00"},
		{"Monday,wed 09:00-10:00", "mon,wed 09:00-10:00"},
		{"fri-mon", "mon,fri-sun"},
		{"sat", "sat"},
		{"daily 20:00-24:00", "daily 20:00-00:00"},
		{"mon 00:00-24:00", "mon"},
		{"", NULL},
		{"moonday 08:00-09:00", NULL},
		{"mon 8-9", NULL},
		{"mon 08:00", NULL},
		{"mon 25:00-26:00", NULL},
		{"mon 24:30-25:00", NULL},
		{"mon 08:60-09:00", NULL},
		{"mon- 08:00-09:00", NULL},
		{",mon 08:00-09:00", NULL},
		{"mon 08:00-09:00 x", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct schedule s = {0};
		char text[SCHEDULE_TEXT];
		int r = schedule_read(cases[i].text, &s);
		if ((r == 0) != (cases[i].back != NULL))
			fail_msg("'%s' gave %d", cases[i].text, r);
		if (r == 0)
			assert_string_equal(schedule_text(&s, text), cases[i].back);
	}
}

static void
holds(void **) {
	static const struct {
		const char *text;
		int day, hour, minute; // day: 0 is Sunday, as in struct tm
		bool holds;
	} cases[] = {
		{"mon-fri 22:00-06:00", 1, 21, 59, false},
		{"mon-fri 22:00-06:00", 1, 22, 0, true},
		{"mon-fri 22:00-06:00", 2, 5, 59, true},
		{"mon-fri 22:00-06:00", 2, 6, 0, false},
		{"mon-fri 22:00-06:00", 6, 3, 0, true}, // Friday's night
		{"mon-fri 22:00-06:00", 6, 23, 0, false},
		{"mon-fri 22:00-06:00", 1, 3, 0, false}, // Sunday's night is not among them
		{"sat,sun 08:00-20:00", 0, 8, 0, true},
		{"sat,sun 08:00-20:00", 0, 20, 0, false},
		{"sat,sun 08:00-20:00", 5, 12, 0, false},
		{"sun 23:00-01:00", 1, 0, 30, true}, // over the week's end
		{"mon", 1, 0, 0, true},
		{"mon", 1, 23, 59, true},
		{"mon", 2, 0, 0, false},
		{"daily 20:00-24:00", 3, 23, 59, true},
		{"daily 20:00-24:00", 4, 0, 0, false},
	};
	const struct schedule none = {0};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tm local = {
			.tm_wday = cases[i].day,
			.tm_hour = cases[i].hour,
			.tm_min = cases[i].minute,
		};
		struct schedule s;
		assert_int_equal(schedule_read(cases[i].text, &s), 0);
		if (schedule_holds(&s, &local) != cases[i].holds)
			fail_msg(
				"%s on day %d at %02d:%02d",
				cases[i].text,
				cases[i].day,
				cases[i].hour,
				cases[i].minute
			);
		assert_true(schedule_holds(&none, &local));
	}
}

// How many minutes of one local day (from midnight UTC minus the zone) the span holds.
static unsigned int
minutes_held(const char *text, time_t from, time_t to) {
	struct schedule s;
	unsigned int held = 0;

	assert_int_equal(schedule_read(text, &s), 0);
	for (time_t t = from; t < to; t += 60) {
		struct tm local;
		localtime_r(&t, &local);
		held += schedule_holds(&s, &local);
	}
	return held;
}

static void
daylight_saving(void **) {
	// Noon to noon around the jumps of 2026: 29 March and 25 October.
	static const time_t march = 1774695600; // 2026-03-28T11:00:00Z, noon in CET
	static const time_t october = 1792836000; // 2026-10-24T10:00:00Z, noon in CEST

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	// 22:00 to 06:00 ends at six by the clock: an hour less in spring, one more in autumn.
	assert_int_equal(minutes_held("daily 22:00-06:00", march, march + 23 * 3600), 7 * 60);
	assert_int_equal(minutes_held("daily 22:00-06:00", october, october + 25 * 3600), 9 * 60);
	// A time that does not exist in spring: the span is over before it begins.
	assert_int_equal(minutes_held("daily 02:15-02:45", march, march + 23 * 3600), 0);
	// And one that comes twice in autumn.
	assert_int_equal(minutes_held("daily 02:15-02:45", october, october + 25 * 3600), 60);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(holds),
		cmocka_unit_test(daylight_saving),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
