// SPDX-License-Identifier: BSD-3-Clause
// One device, its connections to two servers beyond a bridge that blocks ads.example.

#pragma once

#include "tests/unit/bridge.h"
#include "tests/unit/image.h"

#define SYN 2
#define ACK 16

struct talk {
	struct bridge b;
	struct image image;
	struct party a, server, site; // the device, and who is behind the same router
	uint16_t sport; // of the connection in hand
};

extern struct talk talk;

int talk_begin(void **state); // hellos are read
int talk_end(void **state);
void talk_again(void); // ends, and begins anew

// A segment of the connection; `at` counts from its end's first byte.
enum reason talk_out(
	const struct party *to,
	uint16_t port,
	uint8_t flags,
	uint32_t at,
	const void *bytes,
	size_t n
);
enum reason talk_in(
	const struct party *from,
	uint16_t port,
	uint8_t flags,
	uint32_t at,
	const void *bytes,
	size_t n
);
void talk_open(const struct party *to, uint16_t port);
// The device asks the server for the name, and is told that it is at `at`, for 60 seconds.
void talk_resolve(const char *name, const struct party *at);
// The last name event: the device said hello by this one name, to a server at `at`.
void talk_named(const char *name, enum source source, const struct party *at);
