// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_words.h"

#include "control/lists_ranges.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WIRE_MAX 254 // without the root byte

typedef unsigned __int128 wide;

void
words_finding(struct lists_reader *r, const char *at, const char *format, ...) {
	struct lists_findings *f = r->findings;
	va_list args;

	if (r->wrong)
		return; // one a line
	r->wrong = true;
	f->wrong++;
	if (f->kept == LISTS_FINDINGS)
		return;
	char *text = f->text[f->kept++];
	int n = snprintf(
		text,
		LISTS_FINDING,
		"%.120s:%lu:%zu: ",
		r->label,
		r->line,
		(size_t)(at - r->line_start) + 1
	);
	va_start(args, format);
	vsnprintf(text + n, LISTS_FINDING - (size_t)n, format, args);
	va_end(args);
}

int
words_shown(struct word w) {
	return (int)MIN_OF(w.length, (size_t)64);
}

struct word
words_next(const char **at, const char *end) {
	while (*at < end && (**at == ' ' || **at == '\t' || **at == '\r'))
		(*at)++;
	struct word w = {.at = *at};
	while (*at < end && **at != ' ' && **at != '\t' && **at != '\r' && **at != '#'
	       && **at != ';')
		(*at)++;
	w.length = (size_t)(*at - w.at);
	return w;
}

bool
word_is(struct word w, const char *text) {
	return w.length == strlen(text) && memcmp(w.at, text, w.length) == 0;
}

// What may stand in a name, in lower case; 0: nothing of the kind.
static char
name_char(char c) {
	if (c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ? c : 0;
}

// The name's wire form; its length, or 0 after a finding.
static size_t
read_name(struct lists_reader *r, struct word w, uint8_t wire[WIRE_MAX + 1]) {
	size_t at = 0; // the length byte of the label in hand
	size_t out = 1;
	size_t from = w.length > 2 && w.at[0] == '*' && w.at[1] == '.' ? 2
		: w.length > 0					       ? w.at[0] == '.'
								       : 0;

	for (size_t i = from; i <= w.length; i++) {
		char c = i < w.length ? w.at[i] : '.';
		if (i == w.length && out == at + 1 && i > from)
			return at; // a dot at the end
		if (c == '.') {
			if (out == at + 1 || out - at - 1 > 63) {
				words_finding(
					r,
					w.at + i,
					"a label of '%.*s' is not 1 to 63 characters long",
					words_shown(w),
					w.at
				);
				return 0;
			}
			wire[at] = (uint8_t)(out - at - 1);
			at = out++;
			continue;
		}
		if (!(c = name_char(c))) {
			words_finding(
				r,
				w.at + i,
				"expected a domain or an address, as example.org or "
				"192.0.2.0/24 (names of other alphabets as xn--...)"
			);
			return 0;
		}
		if (out == WIRE_MAX) {
			words_finding(
				r,
				w.at,
				"'%.*s...' is longer than a name can be",
				words_shown(w),
				w.at
			);
			return 0;
		}
		wire[out++] = (uint8_t)c;
	}
	return at;
}

static void
count(struct lists_reader *r, unsigned int how) {
	if (how & LISTS_EXCEPT)
		r->findings->exceptions++;
	else
		r->findings->entries++;
}

bool
words_add_name(struct lists_reader *r, struct word w, unsigned int how) {
	uint8_t wire[WIRE_MAX + 1];
	size_t length = read_name(r, w, wire);

	if (length == 0)
		return false;
	lists_build_name(r->b, r->list | how, wire, length);
	count(r, how);
	return true;
}

bool
words_address(struct word w, struct words_address *ret) {
	char text[TEXT_ADDRESS + 8];
	const char *slash = memchr(w.at, '/', w.length);
	size_t length = slash ? (size_t)(slash - w.at) : w.length;

	if (length >= sizeof text)
		return false;
	memcpy(text, w.at, length);
	text[length] = 0;
	if (text_parse_address(text, &ret->family, ret->bytes) != 0)
		return false;
	unsigned int most = ret->family == 4 ? 32 : 128;
	ret->good = true;
	ret->length = most;
	if (!slash)
		return true;
	unsigned int number = 0;
	size_t digits = w.length - length - 1;
	for (size_t i = 1; i <= digits && digits <= 3; i++) {
		if (slash[i] < '0' || slash[i] > '9')
			digits = 0;
		number = number * 10 + (unsigned int)(slash[i] - '0');
	}
	ret->good = digits >= 1 && digits <= 3 && number >= 1 && number <= most;
	ret->length = number;
	return true;
}

bool
words_is_null(const struct words_address *a) {
	static const uint8_t here[][16] = {{0}, {127, 0, 0, 1}, {[15] = 1}};

	for (unsigned int i = 0; i < ARRAY_LEN(here); i++)
		if (memcmp(a->bytes, here[i], 16) == 0 && (i == 0 || a->family == (i == 1 ? 4 : 6)))
			return true;
	return false;
}

bool
words_add_address(
	struct lists_reader *r,
	struct word w,
	const struct words_address *a,
	unsigned int how
) {
	if (!a->good) {
		words_finding(
			r,
			w.at,
			"'%.*s' is no prefix: its length is 1 to %u",
			words_shown(w),
			w.at,
			a->family == 4 ? 32u : 128u
		);
		return false;
	}
	lists_build_prefix(r->b, r->list | how, a->family, a->bytes, a->length);
	count(r, how);
	return true;
}

static wide
number_of(const struct words_address *a) {
	wide n = 0;

	for (unsigned int i = 0; i < (a->family == 4 ? 4 : 16); i++)
		n = n << 8 | a->bytes[i];
	return n;
}

static void
bytes_of(wide n, unsigned int family, uint8_t ret[16]) {
	unsigned int size = family == 4 ? 4 : 16;

	memset(ret, 0, 16);
	for (unsigned int i = size; i-- > 0; n >>= 8)
		ret[i] = (uint8_t)n;
}

// The largest prefix that begins at `from` and does not end after `to`, again and again: at most
// two of each length.
static void
add_prefixes(struct lists_reader *r, unsigned int family, wide from, wide to) {
	unsigned int most = family == 4 ? 32 : 128;
	uint8_t address[16];

	for (;;) {
		unsigned int hosts = 0;
		while (hosts + 1 < most) {
			wide mask = ((wide)2 << hosts) - 1;
			if (from & mask || (from | mask) > to)
				break;
			hosts++;
		}
		bytes_of(from, family, address);
		lists_build_prefix(r->b, r->list, family, address, most - hosts);
		wide last = from | (((wide)1 << hosts) - 1);
		if (last >= to)
			return;
		from = last + 1;
	}
}

bool
words_add_range(struct lists_reader *r, struct word first, struct word last) {
	struct words_address a, b;

	if (!words_address(first, &a) || !words_address(last, &b) || a.family != b.family
	    || memchr(first.at, '/', first.length) || memchr(last.at, '/', last.length)) {
		words_finding(r, first.at, "expected a range of addresses, as 192.0.2.1-192.0.2.9");
		return false;
	}
	if (number_of(&a) > number_of(&b)) {
		words_finding(r, first.at, "the range ends before it begins: turn it round");
		return false;
	}
	add_prefixes(r, a.family, number_of(&a), number_of(&b));
	count(r, 0);
	return true;
}
