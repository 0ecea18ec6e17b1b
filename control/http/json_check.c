// SPDX-License-Identifier: BSD-3-Clause
// The strict gate before jsmn: RFC 8259's whole grammar in one non-recursive pass.
//
// A stack of one bit a level (object or array) and one word for what may come next are all the
// state.  \u0000 and lone surrogates are refused though the grammar has them: no string of ours
// could hold the one, and UTF-8 has no form for the other.

#include "control/http/json_read.h"
#include "control/text/language.h"
#include "platform/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_LIMIT 64

enum expect {
	EXPECT_VALUE,
	EXPECT_VALUE_OR_END, // just after '['
	EXPECT_KEY,
	EXPECT_KEY_OR_END, // just after '{'
	EXPECT_COLON,
	EXPECT_COMMA_OR_END,
	EXPECT_NOTHING, // the document is complete
};

struct scan {
	const char *text;
	size_t length;
	size_t at;
	unsigned int tokens;
	unsigned int depth;
	unsigned int depth_max;
	bool is_object[DEPTH_LIMIT];
	enum expect expect;
	const char *wrong; // what to say of the byte at `at`
};

const struct json_limits json_limits_body = {
	.bytes = 256 * 1024,
	.tokens = 4096,
	.depth = JSON_BODY_DEPTH};
const struct json_limits json_limits_reply = {.bytes = 64 << 20, .tokens = 8 << 20, .depth = 32};

static bool
is_digit(char c) {
	return c >= '0' && c <= '9';
}

static int
hex4(const char *at) {
	int value = 0;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		int digit;
		if (is_digit(c)) {
			digit = c - '0';
		} else if (c >= 'a' && c <= 'f') {
			digit = c - 'a' + 10;
		} else if (c >= 'A' && c <= 'F') {
			digit = c - 'A' + 10;
		} else {
			return -1;
		}
		value = value * 16 + digit;
	}
	return value;
}

static bool
fail(struct scan *s, const char *wrong) {
	s->wrong = _(wrong);
	return false;
}

// At the 'u' of an escape; a high surrogate takes its low half along.
static bool
scan_unicode(struct scan *s) {
	size_t left = s->length - s->at;
	int high = left >= 5 ? hex4(s->text + s->at + 1) : -1;
	if (high < 0) {
		return fail(s, "\\u needs four hex digits");
	}
	if (high == 0) {
		return fail(s, "\\u0000 is not taken in text");
	}
	if (high >= 0xDC00 && high <= 0xDFFF) {
		return fail(s, "the second half of a surrogate pair stands alone");
	}
	s->at += 5;
	if (high < 0xD800 || high > 0xDBFF) {
		return true;
	}
	left = s->length - s->at;
	int low = left >= 6 && s->text[s->at] == '\\' && s->text[s->at + 1] == 'u'
		? hex4(s->text + s->at + 2)
		: -1;
	if (low < 0xDC00 || low > 0xDFFF) {
		return fail(s, "the first half of a surrogate pair stands alone");
	}
	s->at += 6;
	return true;
}

static bool
scan_string(struct scan *s) {
	s->at++;
	while (s->at < s->length) {
		unsigned char c = (unsigned char)s->text[s->at];
		if (c == '"') {
			s->at++;
			return true;
		}
		if (c < 0x20) {
			return fail(s, "a control character stands in a string: escape it");
		}
		if (c == '\\') {
			s->at++;
			if (s->at == s->length) {
				break;
			}
			if (s->text[s->at] == 'u') {
				if (!scan_unicode(s)) {
					return false;
				}
			} else if (s->text[s->at] && strchr("\"\\/bfnrt", s->text[s->at])) {
				s->at++;
			} else {
				return fail(s, "there is no such escape");
			}
			continue;
		}
		size_t n = c < 0x80 ? 1 : utf8_sequence(s->text + s->at, s->length - s->at);
		if (!n) {
			return fail(s, "this is not UTF-8");
		}
		s->at += n;
	}
	return fail(s, "a string is not closed");
}

static bool
scan_digits(struct scan *s) {
	size_t from = s->at;
	while (s->at < s->length && is_digit(s->text[s->at])) {
		s->at++;
	}
	return s->at > from || fail(s, "a number lacks a digit");
}

static bool
scan_number(struct scan *s) {
	if (s->text[s->at] == '-') {
		s->at++;
	}
	if (s->at < s->length && s->text[s->at] == '0') {
		s->at++;
		if (s->at < s->length && is_digit(s->text[s->at])) {
			return fail(s, "a number must not begin with 0");
		}
	} else if (!scan_digits(s)) {
		return false;
	}
	if (s->at < s->length && s->text[s->at] == '.') {
		s->at++;
		if (!scan_digits(s)) {
			return false;
		}
	}
	if (s->at < s->length && (s->text[s->at] | 0x20) == 'e') {
		s->at++;
		if (s->at < s->length && (s->text[s->at] == '+' || s->text[s->at] == '-')) {
			s->at++;
		}
		return scan_digits(s);
	}
	return true;
}

static bool
scan_word(struct scan *s) {
	static const char *const words[] = {"true", "false", "null"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (s->length - s->at >= n && memcmp(s->text + s->at, words[i], n) == 0) {
			s->at += n;
			return true;
		}
	}
	return fail(s, "a value was expected: a string, number, object, array, true, false, null");
}

static void
after_value(struct scan *s) {
	s->expect = s->depth ? EXPECT_COMMA_OR_END : EXPECT_NOTHING;
}

static bool
scan_open(struct scan *s, bool object) {
	if (s->depth == s->depth_max) {
		return fail(s, "the document is nested too deeply");
	}
	s->is_object[s->depth++] = object;
	s->expect = object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
	s->tokens++;
	s->at++;
	return true;
}

static bool
scan_close(struct scan *s, bool object) {
	if (!s->depth || s->is_object[s->depth - 1] != object) {
		return fail(s, "a bracket closes what is not open");
	}
	s->depth--;
	s->at++;
	after_value(s);
	return true;
}

static bool
scan_value(struct scan *s) {
	char c = s->text[s->at];
	if (c == '{' || c == '[') {
		return scan_open(s, c == '{');
	}
	bool good = c == '"'		  ? scan_string(s)
		: c == '-' || is_digit(c) ? scan_number(s)
					  : scan_word(s);
	s->tokens++;
	after_value(s);
	return good;
}

// One token, which must be what `expect` allows.
static bool
scan_token(struct scan *s) {
	char c = s->text[s->at];
	switch (s->expect) {
	case EXPECT_VALUE_OR_END:
		if (c == ']') {
			return scan_close(s, false);
		}
		return scan_value(s);
	case EXPECT_VALUE:
		return scan_value(s);
	case EXPECT_KEY_OR_END:
		if (c == '}') {
			return scan_close(s, true);
		}
		// fall through
	case EXPECT_KEY:
		if (c != '"') {
			return fail(s, "a key in double quotes was expected");
		}
		s->tokens++;
		s->expect = EXPECT_COLON;
		return scan_string(s);
	case EXPECT_COLON:
		if (c != ':') {
			return fail(s, "a colon was expected after the key");
		}
		s->at++;
		s->expect = EXPECT_VALUE;
		return true;
	case EXPECT_COMMA_OR_END:
		if (c == '}' || c == ']') {
			return scan_close(s, c == '}');
		}
		if (c != ',') {
			return fail(s, "a comma or a closing bracket was expected");
		}
		s->at++;
		s->expect = s->is_object[s->depth - 1] ? EXPECT_KEY : EXPECT_VALUE;
		return true;
	case EXPECT_NOTHING:
		break;
	}
	return fail(s, "the document goes on after its end");
}

static void
say(struct json_fault *f, const struct scan *s) {
	memset(f, 0, sizeof(*f));
	f->kind = JSON_FAULT_SYNTAX;
	f->line = 1;
	size_t line_start = 0;
	size_t at = s->at < s->length ? s->at : s->length;
	for (size_t i = 0; i < at; i++) {
		if (s->text[i] == '\n') {
			f->line++;
			line_start = i + 1;
		}
	}
	f->column = (unsigned int)(at - line_start) + 1;
	snprintf(f->message, sizeof(f->message), "%s", s->wrong);
}

int
json_check(
	const char *text,
	size_t length,
	const struct json_limits *limits,
	unsigned int *ret_tokens,
	struct json_fault *ret_fault
) {
	struct scan s = {
		.text = text,
		.length = length,
		.depth_max = limits->depth < DEPTH_LIMIT ? limits->depth : DEPTH_LIMIT,
		.expect = EXPECT_VALUE,
	};
	bool good = length <= limits->bytes || fail(&s, "the document is too long");
	while (good) {
		while (s.at < length && strchr(" \t\r\n", text[s.at]) && text[s.at]) {
			s.at++;
		}
		if (s.at == length) {
			good = s.expect == EXPECT_NOTHING
				|| fail(&s, length ? "the document ends too early" : "it is empty");
			break;
		}
		good = scan_token(&s);
		if (good && s.tokens > limits->tokens) {
			good = fail(&s, "the document has too many values");
		}
	}
	if (!good) {
		say(ret_fault, &s);
		return -EINVAL;
	}
	*ret_tokens = s.tokens;
	return 0;
}
