// SPDX-License-Identifier: BSD-3-Clause
// Capture files, read record by record and merged by time.
//
// Shape:   within one file the order is the file's own, whatever its times say.
// Units:   times are nanoseconds since 1970.
// Errors:  capture_open prints one sentence and returns a negative errno: -ENOTSUP for link types
//          that are not Ethernet or differ.  A file cut short ends there, with a sentence.

#pragma once

#include "platform/base.h"

#include <stdbool.h>

struct frame {
	ns_t time;
	uint32_t kept; // bytes in the file
	uint32_t wire; // length when it was taken, at least `kept`
	const uint8_t *bytes; // until the next call
};

struct captures;

struct captures *capture_open(char *const *files, unsigned int n, int *ret_error);
void capture_close(struct captures *c);
bool capture_next(struct captures *c, struct frame *ret);
// The second time over the same files, nothing needs saying again.
void capture_quiet(struct captures *c);
// Once read to the end: 0, -EBADMSG (a file ended early) or -ENOTSUP (several link types in it).
int capture_error(const struct captures *c);
