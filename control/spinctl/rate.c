// SPDX-License-Identifier: BSD-3-Clause

#include "control/spinctl/rate.h"

#include "platform/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RATE_MAX 1e12
#define MORNING_HOUR 7

static bool
is_off(const char *text) {
	return strcasecmp(text, "off") == 0 || strcasecmp(text, "none") == 0;
}

// "2Mbit", "1.5 Mbit/s", "500k", "8000": bits a second; OFF for "off".
bool
read_rate(const char *text, int64_t *ret) {
	static const struct {
		const char *unit;
		double bits;
	} units[] = {{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}};
	char *at;

	*ret = OFF;
	if (is_off(text)) {
		return true;
	}
	double n = strtod(text, &at);
	if (at == text || !(n > 0)) {
		return false;
	}
	at += strspn(at, " ");
	for (size_t i = sizeof(units) / sizeof(units[0]); i-- > 0;) {
		size_t length = strlen(units[i].unit);
		const char *rest = at + length;
		if (strncasecmp(at, units[i].unit, length) == 0
		    && (!*rest || strcasecmp(rest, "bit") == 0 || strcasecmp(rest, "bit/s") == 0
			|| strcasecmp(rest, "bps") == 0)
		    && n * units[i].bits <= RATE_MAX) {
			*ret = (int64_t)(n * units[i].bits + 0.5);
			return true;
		}
	}
	return false;
}

bool
read_count(const char *text, int64_t *ret) {
	char *end;

	*ret = OFF;
	if (is_off(text)) {
		return true;
	}
	*ret = strtoll(text, &end, 10);
	return end != text && !*end && *ret > 0;
}

unsigned long
read_duration(const char *text) {
	static const struct {
		char unit;
		unsigned long seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)text[0]) || !end[0] || end[1] || n > 100000) {
		return 0;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].unit == *end) {
			return n * units[i].seconds;
		}
	}
	return 0;
}

void
write_utc(time_t at, char ret[32]) {
	struct tm utc;
	strftime(ret, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &utc));
}

bool
read_until(const char *text, char ret[32]) {
	time_t now = time(NULL);
	struct tm local;
	uint64_t ns;
	unsigned int hour = MORNING_HOUR, minute = 0;
	char rest;

	if (text_parse_time(text, &ns) == 0) {
		snprintf(ret, 32, "%s", text);
		return strlen(text) < 32;
	}
	if (strcmp(text, "morning") != 0
	    && (sscanf(text, "%2u:%2u%c", &hour, &minute, &rest) != 2 || hour > 23 || minute > 59
	    )) {
		return false;
	}
	localtime_r(&now, &local);
	if ((unsigned int)local.tm_hour * 60 + (unsigned int)local.tm_min >= hour * 60 + minute) {
		local.tm_mday++;
	}
	local.tm_hour = (int)hour;
	local.tm_min = (int)minute;
	local.tm_sec = 0;
	local.tm_isdst = -1;
	write_utc(mktime(&local), ret);
	return true;
}
