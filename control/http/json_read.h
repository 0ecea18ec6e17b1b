// SPDX-License-Identifier: BSD-3-Clause
// JSON from strangers: checked whole against RFC 8259 first, then read by name and type.
//
// Shape:   json_read fills a struct from one object, as a table of fields says; json_parse gives
//          the whole document to walk, for readers that do not know it beforehand.
// Units:   length limits of strings are in characters (code points), not bytes.
// Threads: pure.
// Errors:  -EINVAL with a json_fault that names the place (JSON pointer) and what would be right;
//          -ENOMEM.
// Source:  RFC 8259, RFC 6901 (pointers).  jsmn alone accepts 51 of 82 broken documents
//          (control-stack.md 4), so it only ever sees what json_check has passed.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_BODY_DEPTH 16
#define JSON_TEXT_BYTES 1024

enum json_fault_kind {
	JSON_FAULT_SYNTAX, // not JSON, or over a limit
	JSON_FAULT_TYPE, // JSON, but not the object that was asked for
	JSON_FAULT_UNKNOWN, // a field nobody knows
	JSON_FAULT_VALUE, // a known field with a wrong value
};

struct json_fault {
	enum json_fault_kind kind;
	unsigned int line; // from 1; SYNTAX only
	unsigned int column; // from 1, in bytes; SYNTAX only
	char pointer[160]; // "/name"; "" is the document
	char message[200];
};

// What a document may cost.
struct json_limits {
	size_t bytes;
	unsigned int tokens;
	unsigned int depth;
};

extern const struct json_limits json_limits_body; // 256 KiB, 4096 tokens, depth 16
extern const struct json_limits json_limits_reply; // 64 MiB, 8 M tokens, depth 32: from ourselves

// Is it exactly one JSON text?  Any value may stand at the top.  Non-recursive; also counts the
// tokens that jsmn will need.
int json_check(
	const char *text,
	size_t length,
	const struct json_limits *limits,
	unsigned int *ret_tokens,
	struct json_fault *ret_fault
);

// --- One object into a struct ---

enum json_kind {
	JSON_TEXT, // struct json_text, min..max characters, no control characters
	JSON_NUMBER, // struct json_number: an integer from min to max
	JSON_FLAG, // struct json_flag
	JSON_OBJECT, // struct json_object; the fields in it are rows of their own, named "outer/inner"
};

struct json_text {
	bool present;
	bool null;
	size_t length; // bytes
	char text[JSON_TEXT_BYTES];
};

struct json_number {
	bool present;
	bool null;
	int64_t value;
};

struct json_flag {
	bool present;
	bool null;
	bool value;
};

struct json_object {
	bool present;
	bool null;
};

struct json_field {
	const char *name;
	enum json_kind kind;
	size_t offset; // of its struct in *ret
	bool required;
	bool nullable;
	int64_t min, max;
};

// Every field that is absent is left with present = false.
int json_read(
	const char *text,
	size_t length,
	const struct json_field *fields,
	size_t n_fields,
	void *ret,
	struct json_fault *ret_fault
);

// --- A whole document ---

struct json_doc;

#define JSON_NONE 0u // no such node; every getter takes it
#define JSON_ROOT 1u

// The document must be one object; duplicate keys are refused.  `text` must outlive it.
int json_parse(
	const char *text,
	size_t length,
	const struct json_limits *limits,
	struct json_doc **ret_doc,
	struct json_fault *ret_fault
);
void json_doc_free(struct json_doc *d);

unsigned int json_get(const struct json_doc *d, unsigned int object, const char *key);
// Members of an array or object: for (n = json_first(d, a); n; n = json_next(d, n)).
unsigned int json_first(const struct json_doc *d, unsigned int container);
unsigned int json_next(const struct json_doc *d, unsigned int node);
unsigned int json_size(const struct json_doc *d, unsigned int container);
// The unescaped key of an object's member.
const char *json_key_of(const struct json_doc *d, unsigned int node);

bool json_is_null(const struct json_doc *d, unsigned int node); // also true for JSON_NONE
bool json_is_object(const struct json_doc *d, unsigned int node);
bool json_is_array(const struct json_doc *d, unsigned int node);
bool json_is_string(const struct json_doc *d, unsigned int node);
// The unescaped string, NUL-terminated, as long as the document; NULL when it is none.
const char *json_text(const struct json_doc *d, unsigned int node);
// `fallback` when it is not an integer in range (or not true or false).
int64_t json_number(const struct json_doc *d, unsigned int node, int64_t fallback);
double json_real(const struct json_doc *d, unsigned int node, double fallback);
bool json_flag(const struct json_doc *d, unsigned int node, bool fallback);
// The value as it stands in the text.
const char *json_raw_of(const struct json_doc *d, unsigned int node, size_t *ret_length);
