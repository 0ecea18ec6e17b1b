// SPDX-License-Identifier: BSD-3-Clause

#include "control/fetch/reach.h"

#include "platform/base.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

struct row {
	uint8_t address[16];
	uint8_t length;
	uint8_t reach;
	uint8_t inside; // bytes before an IPv4 address that decides; 0: none
};

static const struct row rows4[] = {
	{{0}, 8, REACH_NOBODY, 0},
	{{10}, 8, REACH_PRIVATE, 0},
	{{100, 64}, 10, REACH_PRIVATE, 0},
	{{127}, 8, REACH_PRIVATE, 0},
	{{169, 254}, 16, REACH_PRIVATE, 0},
	{{172, 16}, 12, REACH_PRIVATE, 0},
	{{192, 0, 0}, 24, REACH_NOBODY, 0},
	{{192, 168}, 16, REACH_PRIVATE, 0},
	{{198, 18}, 15, REACH_PRIVATE, 0},
	{{224}, 3, REACH_NOBODY, 0},
};

static const struct row rows6[] = {
	{{0}, 128, REACH_NOBODY, 0},
	{{[15] = 1}, 128, REACH_PRIVATE, 0},
	{{[10] = 0xff, [11] = 0xff}, 96, 0, 12},
	{{0}, 96, 0, 12}, // IPv4-compatible
	{{0, 0x64, 0xff, 0x9b}, 96, 0, 12},
	{{0, 0x64, 0xff, 0x9b, 0, 1}, 48, REACH_PRIVATE, 0},
	{{0x20, 0x02}, 16, 0, 2},
	{{0xfc}, 7, REACH_PRIVATE, 0},
	{{0xfe, 0x80}, 10, REACH_PRIVATE, 0},
	{{0xfe, 0xc0}, 10, REACH_PRIVATE, 0},
	{{0xff}, 8, REACH_NOBODY, 0},
};

static bool
lies_in(const uint8_t *address, const struct row *r) {
	unsigned int whole = r->length / 8, rest = r->length % 8;

	if (memcmp(address, r->address, whole) != 0)
		return false;
	return rest == 0 || (address[whole] ^ r->address[whole]) >> (8 - rest) == 0;
}

enum reach
reach_of(unsigned int family, const uint8_t address[16]) {
	const struct row *rows = family == 4 ? rows4 : rows6;
	size_t count = family == 4 ? ARRAY_LEN(rows4) : ARRAY_LEN(rows6);

	for (size_t i = 0; i < count; i++)
		if (lies_in(address, &rows[i]))
			return rows[i].inside ? reach_of(4, address + rows[i].inside)
					      : rows[i].reach;
	return REACH_INTERNET;
}

enum reach
reach_of_socket(const struct sockaddr *address) {
	uint8_t bytes[16] = {0};

	if (address->sa_family == AF_INET) {
		memcpy(bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
		return reach_of(4, bytes);
	}
	if (address->sa_family == AF_INET6) {
		memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
		return reach_of(6, bytes);
	}
	return REACH_NOBODY;
}
