// SPDX-License-Identifier: BSD-3-Clause
// JSON text, appended to one growing buffer; commas, quotes and escapes are its business.
//
// Shape:   calls mirror the document: json_object … json_key … json_string … json_end.
// Threads: one writer, one thread.
// Errors:  out of memory, or deeper than JSON_DEPTH_MAX, sets `failed` and later calls do nothing;
//          the caller looks once, at the end.  Bytes that are not UTF-8 become U+FFFD.
// Source:  RFC 8259.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH_MAX 16

struct json {
	char *text; // always NUL-terminated once something was written
	size_t length;
	size_t size;
	unsigned int depth;
	char close[JSON_DEPTH_MAX]; // what ends each open container
	bool comma; // a value stands before the next one
	bool failed;
};

void json_init(struct json *j);
void json_free(struct json *j);
void json_reset(struct json *j); // empty again, the buffer is kept

void json_object(struct json *j);
void json_array(struct json *j);
void json_end(struct json *j); // of the innermost container
void json_key(struct json *j, const char *key);

void json_string(struct json *j, const char *text); // NULL writes null
void json_string_n(struct json *j, const char *text, size_t length);
void json_u64(struct json *j, uint64_t value);
void json_i64(struct json *j, int64_t value);
void json_bool(struct json *j, bool value);
void json_null(struct json *j);
// A number with six digits after the point: seconds from nanoseconds.
void json_seconds(struct json *j, uint64_t ns);
// A value that is JSON already.
void json_raw(struct json *j, const char *text, size_t length);

// Key and value in one call, for the common case inside an object.
void json_key_string(struct json *j, const char *key, const char *text);
void json_key_u64(struct json *j, const char *key, uint64_t value);
void json_key_bool(struct json *j, const char *key, bool value);
