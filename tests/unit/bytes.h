// SPDX-License-Identifier: BSD-3-Clause
// Bytes for tests: spelled in hexadecimal, and handed over so that reading too far is a crash.
//
// Shape:   whatever is not a hexadecimal digit parts bytes for the eye only.

#pragma once

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static inline int
bytes_digit(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static inline size_t
bytes_read(const char *hex, uint8_t *ret, size_t size) {
	size_t n = 0;
	int high = -1;

	for (; *hex != '\0'; hex++) {
		int d = bytes_digit(*hex);
		if (d < 0)
			continue;
		if (high < 0) {
			high = d;
			continue;
		}
		assert(n < size);
		ret[n++] = (uint8_t)(high << 4 | d);
		high = -1;
	}
	return n;
}

// A buffer whose last byte is the last one that can be read.
struct guard {
	uint8_t *map;
	size_t room;
};

static inline struct guard
guard_new(size_t room) {
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	room = (room + page - 1) / page * page;
	uint8_t *map =
		mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert(map != MAP_FAILED);
	int r = mprotect(map + room, page, PROT_NONE);
	assert(r == 0);
	(void)r;
	return (struct guard){map, room};
}

static inline uint8_t *
guard_put(const struct guard *g, const uint8_t *bytes, size_t n) {
	assert(n <= g->room);
	uint8_t *at = g->map + g->room - n;
	if (n > 0)
		memcpy(at, bytes, n);
	return at;
}

static inline void
guard_free(struct guard *g) {
	munmap(g->map, g->room + (size_t)sysconf(_SC_PAGESIZE));
}
