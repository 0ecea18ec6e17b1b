// SPDX-License-Identifier: BSD-3-Clause
// What the two halves of the reader share: where it is in the file, and the matches of one entry.
//
// Threads: pure.
// Errors:  -EINVAL and a sentence that begins with the place.
// Source:  RFC 8520 7 and 8, RFC 8519 4.

#pragma once

#include "control/http/json_read.h"
#include "control/mud/mud.h"

struct mud_reader {
	const struct json_doc *doc;
	struct mud *mud;
	char *error;
	const char *acl; // whose entries are read
	const char *ace;
	bool from_device;
};

int mud_fault(struct mud_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A member by its name, with or without its module in front.
unsigned int
mud_member(const struct mud_reader *r, unsigned int object, const char *module, const char *name);
// A text that may be absent.
int mud_copy(struct mud_reader *r, unsigned int node, const char *what, char *into, size_t room);

// The conversation that an entry's matches stand for; 1: it cannot be kept.
int mud_read_matches(struct mud_reader *r, unsigned int matches, struct mud_row *ret);
