// SPDX-License-Identifier: BSD-3-Clause
// When a rule holds: on some days, between two times of day, over midnight where it is written so.
//
// Shape:   the days are those on which a span begins; "fri 22:00-06:00" ends on Saturday morning.
//          Equal times are the whole day.  A whole struct of zeros: always.
// Units:   minutes since midnight, local time as the machine's zone says; so a span that daylight
//          saving cuts or lengthens ends at its time on the clock.
// Threads: pure, but for the zone that localtime_r reads.
// Errors:  schedule_read returns -EINVAL; what would be right is in the caller's fault.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define SCHEDULE_EVERY_DAY 0x7f
#define SCHEDULE_TEXT 64
#define SCHEDULE_FORM "write days and times, as 'mon-fri 22:00-06:00' or 'daily 20:00-07:30'"

struct schedule {
	uint8_t days; // bit 0 is Monday; 0: no schedule
	uint16_t from;
	uint16_t to;
};

// Before this nobody has set the clock: 2024-01-01.
#define CLOCK_TRUSTED_NS ((uint64_t)1704067200 * 1000000000)

bool schedule_is_set(const struct schedule *s);
// `local` needs tm_wday, tm_hour and tm_min.
bool schedule_holds(const struct schedule *s, const struct tm *local);

// "mon-fri 22:00-06:00", "sat,sun 08:00-20:00", "daily 22:00-06:00", "mon" (all day).
int schedule_read(const char *text, struct schedule *ret);
const char *schedule_text(const struct schedule *s, char ret[SCHEDULE_TEXT]);

// The pieces: "mon-fri", "daily" → bits; "22:00", "24:00" → minutes.
int schedule_read_days(const char *text, size_t length, uint8_t *ret);
int schedule_read_time(const char *text, size_t length, uint16_t *ret);
const char *schedule_day(unsigned int day); // "mon" for 0
