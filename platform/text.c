// SPDX-License-Identifier: BSD-3-Clause

#include "platform/text.h"

#include "platform/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

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
