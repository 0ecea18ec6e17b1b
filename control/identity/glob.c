// SPDX-License-Identifier: BSD-3-Clause
// Only the last * is ever tried again, so the cost is at most the product of the two lengths.

#include "control/identity/glob.h"

#include <stddef.h>

static char
lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool
glob_fits(const char *pattern, const char *text) {
	const char *star = NULL;
	const char *from = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern && (*pattern == '?' || lower(*pattern) == lower(*text))) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
