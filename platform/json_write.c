// SPDX-License-Identifier: BSD-3-Clause

#include "platform/json_write.h"

#include "platform/base.h"
#include "platform/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
json_init(struct json *j) {
	*j = (struct json){0};
}

void
json_free(struct json *j) {
	free(j->text);
	*j = (struct json){0};
}

void
json_reset(struct json *j) {
	j->length = 0;
	j->depth = 0;
	j->comma = false;
	j->failed = false;
	if (j->text)
		j->text[0] = 0;
}

// For `more` bytes and a NUL; false when the text has failed.
static bool
room(struct json *j, size_t more) {
	if (j->size - j->length > more)
		return !j->failed;
	size_t size = MAX_OF(j->size * 2, MAX_OF(j->length + more + 1, (size_t)512));
	char *grown = j->failed ? NULL : realloc(j->text, size);
	j->failed |= !grown;
	if (!grown)
		return false;
	j->text = grown;
	j->size = size;
	return true;
}

static void
put(struct json *j, const char *text, size_t length) {
	if (!room(j, length))
		return;
	memcpy(j->text + j->length, text, length);
	j->length += length;
	j->text[j->length] = 0;
}

static void
put_one(struct json *j, char c) {
	if (!room(j, 1))
		return;
	j->text[j->length++] = c;
	j->text[j->length] = 0;
}

static void
before_value(struct json *j) {
	if (j->comma)
		put_one(j, ',');
	j->comma = true;
}

static void
open_container(struct json *j, const char *open, char close) {
	before_value(j);
	if (j->depth == JSON_DEPTH_MAX) {
		j->failed = true;
		return;
	}
	j->close[j->depth++] = close;
	put_one(j, open[0]);
	j->comma = false;
}

void
json_object(struct json *j) {
	open_container(j, "{", '}');
}

void
json_array(struct json *j) {
	open_container(j, "[", ']');
}

void
json_end(struct json *j) {
	if (j->depth == 0) {
		j->failed = true;
		return;
	}
	put_one(j, j->close[--j->depth]);
	j->comma = true;
}

// How much of it stands for itself: ASCII without controls, '"' and '\\'.
static size_t
plain_part(const char *text, size_t length) {
	static const bool is_plain[256] = {
		[0x20 ... 0x21] = true, [0x23 ... 0x5b] = true, [0x5d ... 0x7e] = true};
	size_t n = 0;

	while (n < length && is_plain[(unsigned char)text[n]])
		n++;
	return n;
}

static size_t
put_special(struct json *j, const char *text, size_t length) {
	static const char replacement[] = "\xef\xbf\xbd"; // U+FFFD
	unsigned char c = (unsigned char)text[0];

	if (c == '"' || c == '\\') {
		put(j, (char[]){'\\', (char)c}, 2);
		return 1;
	}
	if (c < 0x20 || c == 0x7f) {
		char escape[8];
		snprintf(escape, sizeof escape, "\\u%04x", c);
		put(j, escape, 6);
		return 1;
	}
	size_t bytes = utf8_sequence(text, length);
	put(j, bytes ? text : replacement, bytes ? bytes : 3);
	return bytes ? bytes : 1;
}

// Nearly every text is plain and goes in one piece.
static void
put_escaped(struct json *j, const char *text, size_t length) {
	put_one(j, '"');
	for (size_t i = 0; i < length;) {
		size_t plain = plain_part(text + i, length - i);
		if (plain)
			put(j, text + i, plain);
		i += plain;
		if (i < length)
			i += put_special(j, text + i, length - i);
	}
	put_one(j, '"');
}

void
json_key(struct json *j, const char *key) {
	before_value(j);
	put_escaped(j, key, strlen(key));
	put_one(j, ':');
	j->comma = false;
}

void
json_string(struct json *j, const char *text) {
	if (!text) {
		json_null(j);
		return;
	}
	json_string_n(j, text, strlen(text));
}

void
json_string_n(struct json *j, const char *text, size_t length) {
	before_value(j);
	put_escaped(j, text, length);
}

void
json_u64(struct json *j, uint64_t value) {
	char digits[20];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	before_value(j);
	put(j, digits + at, sizeof digits - at);
}

void
json_i64(struct json *j, int64_t value) {
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%" PRId64, value);
	before_value(j);
	put(j, digits, (size_t)n);
}

void
json_seconds(struct json *j, uint64_t ns) {
	char digits[32];
	int n = snprintf(
		digits,
		sizeof digits,
		"%" PRIu64 ".%06" PRIu64,
		(uint64_t)(ns / NS_PER_S),
		(uint64_t)(ns % NS_PER_S / NS_PER_US)
	);
	before_value(j);
	put(j, digits, (size_t)n);
}

void
json_bool(struct json *j, bool value) {
	before_value(j);
	put(j, value ? "true" : "false", value ? 4 : 5);
}

void
json_null(struct json *j) {
	before_value(j);
	put(j, "null", 4);
}

void
json_raw(struct json *j, const char *text, size_t length) {
	before_value(j);
	put(j, text, length);
}

void
json_key_string(struct json *j, const char *key, const char *text) {
	json_key(j, key);
	json_string(j, text);
}

void
json_key_u64(struct json *j, const char *key, uint64_t value) {
	json_key(j, key);
	json_u64(j, value);
}

void
json_key_bool(struct json *j, const char *key, bool value) {
	json_key(j, key);
	json_bool(j, value);
}
