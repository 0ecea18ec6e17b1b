// SPDX-License-Identifier: BSD-3-Clause

#include "control/schedule.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DAYS 7
#define MINUTES_A_DAY 1440

static const char *const days[DAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const names[DAYS] =
	{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

static const struct {
	const char *word;
	uint8_t bits;
} groups[] = {
	{"daily", SCHEDULE_EVERY_DAY},
	{"weekdays", 0x1f},
	{"weekend", 0x60},
};

bool
schedule_is_set(const struct schedule *s) {
	return s->days != 0;
}

static bool
begins_on(const struct schedule *s, int day) {
	return s->days >> ((day + DAYS) % DAYS) & 1;
}

bool
schedule_holds(const struct schedule *s, const struct tm *local) {
	int day = (local->tm_wday + DAYS - 1) % DAYS; // tm counts from Sunday
	int now = local->tm_hour * 60 + local->tm_min;

	if (!schedule_is_set(s))
		return true;
	if (s->from < s->to)
		return begins_on(s, day) && now >= s->from && now < s->to;
	if (s->from == s->to)
		return begins_on(s, day);
	return (begins_on(s, day) && now >= s->from) || (begins_on(s, day - 1) && now < s->to);
}

const char *
schedule_day(unsigned int day) {
	return days[day % DAYS];
}

static int
day_of(const char *text, size_t length) {
	for (int i = 0; i < DAYS; i++)
		if (length >= 3 && strncasecmp(text, days[i], 3) == 0) {
			if (length == 3
			    || (length == strlen(names[i])
				&& strncasecmp(text, names[i], length) == 0))
				return i;
		}
	return -1;
}

// One day, or two with '-' between them: "fri-mon" goes over the weekend.
static int
read_range(const char *text, size_t length, uint8_t *bits) {
	const char *dash = memchr(text, '-', length);
	size_t first = dash ? (size_t)(dash - text) : length;
	int from = day_of(text, first);
	int to = dash ? day_of(dash + 1, length - first - 1) : from;

	if (from < 0 || to < 0)
		return -EINVAL;
	for (int day = from;; day = (day + 1) % DAYS) {
		*bits = (uint8_t)(*bits | 1u << day);
		if (day == to)
			return 0;
	}
}

int
schedule_read_days(const char *text, size_t length, uint8_t *ret) {
	uint8_t bits = 0;

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		if (length == strlen(groups[i].word)
		    && strncasecmp(text, groups[i].word, length) == 0) {
			*ret = groups[i].bits;
			return 0;
		}
	for (size_t at = 0; at <= length;) {
		const char *comma = memchr(text + at, ',', length - at);
		size_t end = comma ? (size_t)(comma - text) : length;
		if (read_range(text + at, end - at, &bits) < 0)
			return -EINVAL;
		at = end + 1;
	}
	*ret = bits;
	return 0;
}

int
schedule_read_time(const char *text, size_t length, uint16_t *ret) {
	if (length != 5 || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1])
	    || text[2] != ':' || !isdigit((unsigned char)text[3])
	    || !isdigit((unsigned char)text[4]))
		return -EINVAL;
	int hour = (text[0] - '0') * 10 + text[1] - '0';
	int minute = (text[3] - '0') * 10 + text[4] - '0';
	if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
		return -EINVAL;
	*ret = (uint16_t)((hour * 60 + minute) % MINUTES_A_DAY);
	return 0;
}

int
schedule_read(const char *text, struct schedule *ret) {
	struct schedule s = {.days = SCHEDULE_EVERY_DAY};
	size_t word = strcspn(text, " ");
	const char *times = text;
	int r = 0;

	if (!isdigit((unsigned char)text[0])) {
		r = schedule_read_days(text, word, &s.days);
		times = text + word + strspn(text + word, " ");
	}
	if (r == 0 && *times) {
		size_t dash = strcspn(times, "-");
		r = schedule_read_time(times, dash, &s.from);
		if (r == 0)
			r = times[dash] == '-' ? schedule_read_time(
				    times + dash + 1, strlen(times + dash + 1), &s.to
			    )
					       : -EINVAL;
	}
	if (r == 0)
		*ret = s;
	return r;
}

// Runs of days, as people say them.
static size_t
write_days(uint8_t bits, char *into, size_t room) {
	size_t used = 0;

	if (bits == SCHEDULE_EVERY_DAY)
		return (size_t)snprintf(into, room, "daily");
	for (unsigned int day = 0; day < DAYS && used < room; day++) {
		unsigned int last = day;
		if (!(bits >> day & 1))
			continue;
		while (last + 1 < DAYS && bits >> (last + 1) & 1)
			last++;
		used += (size_t
		)snprintf(into + used, room - used, "%s%s", used ? "," : "", days[day]);
		if (last > day && used < room)
			used += (size_t)snprintf(
				into + used,
				room - used,
				"%c%s",
				last > day + 1 ? '-' : ',',
				days[last]
			);
		day = last;
	}
	return used;
}

const char *
schedule_text(const struct schedule *s, char ret[SCHEDULE_TEXT]) {
	ret[0] = 0;
	if (!schedule_is_set(s))
		return ret;
	size_t used = write_days(s->days, ret, SCHEDULE_TEXT);
	if (s->from != s->to && used < SCHEDULE_TEXT)
		snprintf(
			ret + used,
			SCHEDULE_TEXT - used,
			" %02u:%02u-%02u:%02u",
			s->from / 60,
			s->from % 60,
			s->to / 60,
			s->to % 60
		);
	return ret;
}
