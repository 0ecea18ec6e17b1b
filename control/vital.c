// SPDX-License-Identifier: BSD-3-Clause

#include "control/vital.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SSH_PORT 22
#define TCP_ESTABLISHED_STATE 1 // as /proc/net/tcp writes it
#define ROUTE_GATEWAY_FLAG 2 // RTF_GATEWAY

// Calls back with each address; true ends the walk.
typedef bool (*visit)(void *context, unsigned int family, const uint8_t address[16]);

static bool
each_router4(visit each, void *context) {
	FILE *f = fopen("/proc/net/route", "re");
	char line[256];
	bool found = false;

	while (f && !found && fgets(line, sizeof line, f)) {
		uint32_t destination;
		uint32_t gateway;
		unsigned int flags;
		uint8_t address[16] = {0};
		// Both are as they lie in memory.
		if (sscanf(line, "%*s %" SCNx32 " %" SCNx32 " %x", &destination, &gateway, &flags)
			    != 3
		    || destination != 0 || !(flags & ROUTE_GATEWAY_FLAG))
			continue;
		memcpy(address, &gateway, sizeof gateway);
		found = each(context, 4, address);
	}
	if (f)
		fclose(f);
	return found;
}

static bool
read_hex(const char *text, uint8_t *into, size_t count) {
	for (size_t i = 0; i < count; i++) {
		unsigned int byte;
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		into[i] = (uint8_t)byte;
	}
	return true;
}

static bool
each_router6(visit each, void *context) {
	FILE *f = fopen("/proc/net/ipv6_route", "re");
	char line[256];
	bool found = false;

	while (f && !found && fgets(line, sizeof line, f)) {
		char to[33];
		char hop[33];
		unsigned int length;
		uint8_t address[16];
		static const uint8_t none[16];
		if (sscanf(line, "%32s %x %*s %*s %32s", to, &length, hop) != 3 || length != 0
		    || !read_hex(hop, address, 16) || memcmp(address, none, 16) == 0)
			continue;
		found = each(context, 6, address);
	}
	if (f)
		fclose(f);
	return found;
}

struct wanted {
	unsigned int family;
	const uint8_t *address;
	const struct rule_address *within;
	bool (*covers
	)(const struct rule_address *a, unsigned int family, const uint8_t address[16]);
};

static bool
is_wanted(void *context, unsigned int family, const uint8_t address[16]) {
	const struct wanted *w = context;

	if (w->within)
		return w->covers(w->within, family, address);
	return family == w->family && memcmp(address, w->address, 16) == 0;
}

bool
vital_is_router(unsigned int family, const uint8_t address[16]) {
	struct wanted w = {.family = family, .address = address};

	return family == 4 ? each_router4(is_wanted, &w) : each_router6(is_wanted, &w);
}

bool
vital_router_within(
	const struct rule_address *a,
	bool (*covers)(const struct rule_address *a, unsigned int family, const uint8_t address[16])
) {
	struct wanted w = {.within = a, .covers = covers};

	return a->family == 4 ? each_router4(is_wanted, &w) : each_router6(is_wanted, &w);
}

// The kernel prints addresses as 32-bit words in the machine's own order.
static bool
read_words(const char *text, uint8_t *into, unsigned int words) {
	for (unsigned int i = 0; i < words; i++) {
		uint32_t word;
		char digits[9] = "";
		memcpy(digits, text + 8 * (size_t)i, 8);
		if (sscanf(digits, "%8" SCNx32, &word) != 1)
			return false;
		memcpy(into + 4 * i, &word, sizeof word);
	}
	return true;
}

static bool
logged_in_within(
	const char *file,
	unsigned int words,
	unsigned int family,
	const uint8_t *address
) {
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	FILE *f = fopen(file, "re");
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof line, f)) {
		char remote[40];
		unsigned int port;
		unsigned int state;
		uint8_t bytes[16] = {0};
		if (sscanf(line,
			   " %*d: %*[0-9A-Fa-f]:%x %39[0-9A-Fa-f]:%*x %x",
			   &port,
			   remote,
			   &state)
			    != 3
		    || port != SSH_PORT || state != TCP_ESTABLISHED_STATE
		    || strlen(remote) != 8u * words || !read_words(remote, bytes, words))
			continue;
		if (words == 4 && family == 4)
			found = memcmp(bytes, mapped, sizeof mapped) == 0
				&& memcmp(bytes + sizeof mapped, address, 4) == 0;
		else
			found = memcmp(bytes, address, 4u * words) == 0;
	}
	if (f)
		fclose(f);
	return found;
}

bool
vital_is_logged_in(unsigned int family, const uint8_t address[16]) {
	if (family == 4 && logged_in_within("/proc/net/tcp", 1, family, address))
		return true;
	return logged_in_within("/proc/net/tcp6", 4, family, address);
}
