// SPDX-License-Identifier: BSD-3-Clause

#include "platform/text.h"

#include "platform/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define YEAR_MAX 2500 // nanoseconds since 1970 end in 2554

const char *
text_mac(const uint8_t mac[6], char ret[TEXT_MAC]) {
	snprintf(
		ret,
		TEXT_MAC,
		"%02x:%02x:%02x:%02x:%02x:%02x",
		mac[0],
		mac[1],
		mac[2],
		mac[3],
		mac[4],
		mac[5]
	);
	return ret;
}

const char *
text_address(unsigned int family, const uint8_t address[16], char ret[TEXT_ADDRESS]) {
	if (!inet_ntop(family == 4 ? AF_INET : AF_INET6, address, ret, TEXT_ADDRESS))
		ret[0] = 0;
	return ret;
}

const char *
text_time(uint64_t realtime_ns, char ret[TEXT_TIME]) {
	time_t seconds = (time_t)(realtime_ns / NS_PER_S);
	struct tm tm;

	// A year of more than four digits cannot come from a clock; it must not overflow either.
	if (!gmtime_r(&seconds, &tm) || tm.tm_year > 9999 - 1900) {
		memcpy(ret, "9999-12-31T23:59:59.999Z", TEXT_TIME);
		return ret;
	}
	size_t used = strftime(ret, TEXT_TIME, "%Y-%m-%dT%H:%M:%S", &tm);
	unsigned int ms = (unsigned int)(realtime_ns % NS_PER_S / NS_PER_MS);
	snprintf(ret + used, TEXT_TIME - used, ".%03uZ", ms);
	return ret;
}

static int
hex_digit(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
text_parse_mac(const char *text, uint8_t ret[6]) {
	uint8_t mac[6];
	char separator = 0;

	for (int i = 0; i < 6; i++) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0)
			return -EINVAL;
		mac[i] = (uint8_t)(high << 4 | low);
		text += 2;
		if (i == 5)
			break;
		if ((*text != ':' && *text != '-') || (separator && *text != separator))
			return -EINVAL;
		separator = *text++;
	}
	if (*text)
		return -EINVAL;
	memcpy(ret, mac, sizeof mac);
	return 0;
}

int
text_parse_address(const char *text, unsigned int *ret_family, uint8_t ret[16]) {
	uint8_t address[16] = {0};

	if (inet_pton(AF_INET, text, address) == 1)
		*ret_family = 4;
	else if (inet_pton(AF_INET6, text, address) == 1)
		*ret_family = 6;
	else
		return -EINVAL;
	memcpy(ret, address, sizeof address);
	return 0;
}

// A number of exactly `digits` digits at *at, which moves behind it; -1 when there is none.
static int
digits_at(const char **at, int digits) {
	int n = 0;

	for (int i = 0; i < digits; i++, ++*at) {
		if (**at < '0' || **at > '9')
			return -1;
		n = n * 10 + **at - '0';
	}
	return n;
}

static int
offset_at(const char *at, int *ret_seconds) {
	int sign = *at == '-' ? -1 : 1;

	*ret_seconds = 0;
	if ((*at == 'Z' || *at == 'z') && !at[1])
		return 0;
	if (*at != '+' && *at != '-')
		return -EINVAL;
	at++;
	int hours = digits_at(&at, 2);
	if (hours < 0 || hours > 23 || *at++ != ':')
		return -EINVAL;
	int minutes = digits_at(&at, 2);
	if (minutes < 0 || minutes > 59 || *at)
		return -EINVAL;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return 0;
}

int
text_parse_time(const char *text, uint64_t *ret_realtime_ns) {
	static const char between[] = "--T::";
	static const int digits[] = {4, 2, 2, 2, 2, 2};
	int part[6];
	uint64_t ns = 0;
	int offset;

	for (int i = 0; i < 6; i++) {
		part[i] = digits_at(&text, digits[i]);
		if (part[i] < 0)
			return -EINVAL;
		if (i < 5 && *text != between[i] && !(i == 2 && *text == 't'))
			return -EINVAL;
		text += i < 5;
	}
	if (*text == '.') {
		uint64_t unit = NS_PER_S / 10;
		for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
			ns += (uint64_t)(*text - '0') * unit;
	}
	struct tm tm = {
		.tm_year = part[0] - 1900,
		.tm_mon = part[1] - 1,
		.tm_mday = part[2],
		.tm_hour = part[3],
		.tm_min = part[4],
		.tm_sec = part[5],
	};
	struct tm asked = tm;
	time_t seconds = timegm(&tm);
	// timegm makes the 31st of April the 1st of May; nobody meant that.
	if (offset_at(text, &offset) < 0 || tm.tm_mon != asked.tm_mon || tm.tm_mday != asked.tm_mday
	    || tm.tm_hour != asked.tm_hour || tm.tm_min != asked.tm_min || part[0] < 1970
	    || part[0] > YEAR_MAX || seconds < offset)
		return -EINVAL;
	*ret_realtime_ns = (uint64_t)(seconds - offset) * NS_PER_S + ns;
	return 0;
}
