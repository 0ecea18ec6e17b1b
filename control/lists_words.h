// SPDX-License-Identifier: BSD-3-Clause
// Words of a list's lines: names, addresses and ranges, into the build of the reader.
//
// Shape:   what a word turns out to be is added for the reader's list; LISTS_EXCEPT in `how` makes
//          it an exception.
// Threads: the reader's.
// Errors:  a finding at the word; then the function returns false.

#pragma once

#include "control/lists_read.h"

struct word {
	const char *at;
	size_t length;
};

struct words_address {
	uint8_t bytes[16];
	unsigned int family, length;
	bool good; // false: its prefix length is none
};

void words_finding(struct lists_reader *r, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int words_shown(struct word w); // so much of it fits a sentence

// Ended by blank, comment or the line's end.
struct word words_next(const char **at, const char *end);
bool word_is(struct word w, const char *text);

// False when the word is no address at all.
bool words_address(struct word w, struct words_address *ret);
bool words_is_null(const struct words_address *a); // 0.0.0.0, 127.0.0.1, :: or ::1

bool words_add_name(struct lists_reader *r, struct word w, unsigned int how);
bool words_add_address(
	struct lists_reader *r,
	struct word w,
	const struct words_address *a,
	unsigned int how
);
bool words_add_range(struct lists_reader *r, struct word first, struct word last);
