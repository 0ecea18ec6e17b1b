// SPDX-License-Identifier: BSD-3-Clause
// Cuts texts of the rules' table into parts, and parts into words.

#pragma once

#define WORDS 8

struct words {
	char text[256];
	char *word[WORDS];
	unsigned int n;
};

// The words up to the next ';'; returns what is behind it, or NULL.  One at a time.
const char *words_next(const char *text, struct words **ret);
