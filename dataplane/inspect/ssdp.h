// SPDX-License-Identifier: BSD-3-Clause
// Reads one SSDP message: an announcement, or an answer to a search.
//
// Shape:   texts point into the message; a header that is not there has length 0.  At most 64
//          lines are read.
// Threads: pure.
// Errors:  -EBADMSG: not SSDP; -ENOENT: a search, or a goodbye.
// Source:  UPnP Device Architecture 2.0, 1.2 and 1.3.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SSDP_PORT 1900

struct ssdp_text {
	const char *at;
	size_t length;
};

struct ssdp_message {
	struct ssdp_text server;
	struct ssdp_text type; // of NT, ST or USN, and never a mere uuid
	bool has_location; // of a numeric IPv4 address
	uint8_t location[4];
};

int ssdp_read(const uint8_t *message, size_t length, struct ssdp_message *ret);
