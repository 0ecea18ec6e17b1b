// SPDX-License-Identifier: BSD-3-Clause
// Accept-Language: "nl-BE, de;q=0.8, *;q=0.1".
//
// Lookup by the primary tag (RFC 4647 3.4 with nothing left to cut).  A range that cannot be read
// is passed over, as is all behind the thirty-second: no person reads more languages.

#include "control/text/language.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define RANGES_MAX 32
#define SPACES " \t"

// The weight in thousandths behind a range, 1000 where there is none, -1 where it is none.
static int
weight(const char *at, const char *end) {
	at += strspn(at, SPACES);
	if (at >= end)
		return 1000;
	if (*at++ != ';')
		return -1;
	at += strspn(at, SPACES);
	if (strncasecmp(at, "q=", 2) != 0 || (at[2] != '0' && at[2] != '1'))
		return -1;
	int q = (at[2] - '0') * 1000;
	at += 3;
	if (*at == '.')
		at++;
	for (int digit = 100; digit && *at >= '0' && *at <= '9'; digit /= 10)
		q += (*at++ - '0') * digit;
	at += strspn(at, SPACES);
	return at >= end && q <= 1000 ? q : -1;
}

static bool
is_tag(const char *at, size_t length, const char *tag) {
	size_t primary = strcspn(at, "-;, \t");

	return primary <= length && primary == strlen(tag) && strncasecmp(at, tag, primary) == 0;
}

enum language
language_of(const char *accepted) {
	// Of each language, so that "*" stands for those that no range names.
	int wanted[LANGUAGE_COUNT];
	enum language best = LANGUAGE_ENGLISH;
	int other = 0, order = 0, first[LANGUAGE_COUNT] = {0};

	for (int l = 0; l < LANGUAGE_COUNT; l++)
		wanted[l] = -1;
	for (const char *at = accepted ? accepted : ""; *at && order < RANGES_MAX; order++) {
		at += strspn(at, SPACES);
		size_t length = strcspn(at, ",");
		size_t range = strcspn(at, ";, \t");
		int q = weight(at + range, at + length);
		for (int l = 0; l < LANGUAGE_COUNT; l++) {
			if (q <= wanted[l] || !is_tag(at, range, language_tag((enum language)l)))
				continue;
			wanted[l] = q;
			first[l] = order;
		}
		if (q > other && range == 1 && *at == '*')
			other = q;
		at += length + (at[length] == ',');
	}
	for (int l = 0; l < LANGUAGE_COUNT; l++) {
		if (wanted[l] < 0) {
			wanted[l] = other;
			first[l] = RANGES_MAX;
		}
		if (wanted[l] > wanted[best]
		    || (wanted[l] == wanted[best] && first[l] < first[best]))
			best = (enum language)l;
	}
	return wanted[best] > 0 ? best : LANGUAGE_ENGLISH;
}
