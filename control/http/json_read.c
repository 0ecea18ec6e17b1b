// SPDX-License-Identifier: BSD-3-Clause
// Documents and typed fields on jsmn's tokens.  This file alone includes jsmn.
//
// Strings are unescaped into one arena beside the tokens when the document is parsed: the arena
// is never longer than the text, and every key and string is then a plain C string.

#include "control/http/json_read.h"

#include "control/text/language.h"

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_doc {
	const char *text;
	unsigned int n_tokens;
	jsmntok_t *tokens;
	unsigned int *next; // token after the whole value that begins here
	uint32_t *unescaped; // of a string: where in the arena
	char *arena;
};

// Nodes are token numbers plus one, so that 0 is "none".
static const jsmntok_t *
token_of(const struct json_doc *d, unsigned int node) {
	return node && node <= d->n_tokens ? &d->tokens[node - 1] : NULL;
}

static unsigned int
code_unit(const char *at) {
	char digits[5] = {at[0], at[1], at[2], at[3], 0};
	return (unsigned int)strtoul(digits, NULL, 16);
}

static char *
put_utf8(char *out, unsigned int c) {
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xC0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		*out++ = (char)(0xE0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3F));
		*out++ = (char)(0x80 | (c & 0x3F));
	} else {
		*out++ = (char)(0xF0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3F));
		*out++ = (char)(0x80 | (c >> 6 & 0x3F));
		*out++ = (char)(0x80 | (c & 0x3F));
	}
	return out;
}

// The text has passed json_check: escapes are whole, surrogates come in pairs.
static char *
unescape(char *out, const char *at, const char *end) {
	while (at < end) {
		if (*at != '\\') {
			*out++ = *at++;
			continue;
		}
		at++;
		if (*at == 'u') {
			unsigned int c = code_unit(at + 1);
			at += 5;
			if (c >= 0xD800 && c <= 0xDBFF) {
				c = 0x10000 + ((c - 0xD800) << 10) + (code_unit(at + 2) - 0xDC00);
				at += 6;
			}
			out = put_utf8(out, c);
			continue;
		}
		static const char from[] = "bfnrt";
		static const char to[] = "\b\f\n\r\t";
		const char *known = strchr(from, *at);
		*out++ = known ? to[known - from] : *at;
		at++;
	}
	*out++ = 0;
	return out;
}

static void
unescape_all(struct json_doc *d) {
	char *out = d->arena;
	for (unsigned int i = 0; i < d->n_tokens; i++) {
		const jsmntok_t *t = &d->tokens[i];
		if (t->type == JSMN_STRING) {
			d->unescaped[i] = (uint32_t)(out - d->arena);
			out = unescape(out, d->text + t->start, d->text + t->end);
		}
	}
	*out = 0;
}

// Where each value ends, from the last token to the first; a key ends after its value.
static void
link_all(struct json_doc *d) {
	for (unsigned int i = d->n_tokens; i-- > 0;) {
		unsigned int next = i + 1;
		for (int member = 0; member < d->tokens[i].size; member++) {
			next = d->next[next];
		}
		d->next[i] = next;
	}
}

static int
compare_keys(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// After unescaping, so that "a" and "\u0061" are the same key.  Sorted, so that thousands of keys
// cost no square.
static int
refuse_duplicates(const struct json_doc *d, struct json_fault *ret_fault) {
	const char **keys = malloc(d->n_tokens * sizeof(*keys));
	if (!keys) {
		return -ENOMEM;
	}
	const char *twice = NULL;
	for (unsigned int i = 0; i < d->n_tokens && !twice; i++) {
		if (d->tokens[i].type != JSMN_OBJECT) {
			continue;
		}
		size_t n = 0;
		for (unsigned int k = i + 1; k < d->next[i]; k = d->next[k]) {
			keys[n++] = d->arena + d->unescaped[k];
		}
		qsort(keys, n, sizeof(*keys), compare_keys);
		for (size_t k = 1; k < n && !twice; k++) {
			twice = strcmp(keys[k - 1], keys[k]) == 0 ? keys[k] : NULL;
		}
	}
	if (twice) {
		memset(ret_fault, 0, sizeof(*ret_fault));
		ret_fault->kind = JSON_FAULT_TYPE;
		snprintf(ret_fault->pointer, sizeof(ret_fault->pointer), "/%.100s", twice);
		snprintf(ret_fault->message, sizeof(ret_fault->message), _("the key stands twice"));
	}
	free(keys);
	return twice ? -EINVAL : 0;
}

static int
allocate(struct json_doc *d, unsigned int tokens, size_t length) {
	d->tokens = malloc(tokens * sizeof(*d->tokens));
	d->next = malloc((tokens + 1) * sizeof(*d->next));
	d->unescaped = calloc(tokens, sizeof(*d->unescaped));
	// Each string loses its two quotes and gains a NUL, so the text's length is enough.
	d->arena = malloc(length + 1);
	return d->tokens && d->next && d->unescaped && d->arena ? 0 : -ENOMEM;
}

int
json_parse(
	const char *text,
	size_t length,
	const struct json_limits *limits,
	struct json_doc **ret_doc,
	struct json_fault *ret_fault
) {
	unsigned int tokens;
	int r = json_check(text, length, limits, &tokens, ret_fault);
	if (r < 0) {
		return r;
	}
	struct json_doc *d = calloc(1, sizeof(*d));
	if (!d) {
		return -ENOMEM;
	}
	d->text = text;
	r = allocate(d, tokens, length);
	if (r < 0) {
		goto fail;
	}
	// A bare number or word at the top is what jsmn refuses; it is no object either.
	jsmn_parser parser;
	jsmn_init(&parser);
	int got = jsmn_parse(&parser, text, length, d->tokens, tokens);
	if (got != (int)tokens || d->tokens[0].type != JSMN_OBJECT) {
		memset(ret_fault, 0, sizeof(*ret_fault));
		ret_fault->kind = JSON_FAULT_TYPE;
		snprintf(
			ret_fault->message,
			sizeof(ret_fault->message),
			_("it is not an object: {…}")
		);
		r = -EINVAL;
		goto fail;
	}
	d->n_tokens = tokens;
	link_all(d);
	unescape_all(d);
	r = refuse_duplicates(d, ret_fault);
	if (r < 0) {
		goto fail;
	}
	*ret_doc = d;
	return 0;
fail:
	json_doc_free(d);
	return r;
}

void
json_doc_free(struct json_doc *d) {
	if (!d) {
		return;
	}
	free(d->tokens);
	free(d->next);
	free(d->unescaped);
	free(d->arena);
	free(d);
}

static bool
has_type(const struct json_doc *d, unsigned int node, jsmntype_t type) {
	const jsmntok_t *t = token_of(d, node);
	return t && t->type == type;
}

unsigned int
json_first(const struct json_doc *d, unsigned int container) {
	const jsmntok_t *t = token_of(d, container);
	if (!t || !t->size || (t->type != JSMN_OBJECT && t->type != JSMN_ARRAY)) {
		return JSON_NONE;
	}
	// In an object the member's node is its value, one past the key.
	return t->type == JSMN_OBJECT ? container + 2 : container + 1;
}

unsigned int
json_next(const struct json_doc *d, unsigned int node) {
	const jsmntok_t *t = token_of(d, node);
	if (!t || t->parent < 0) {
		return JSON_NONE;
	}
	bool in_object = d->tokens[t->parent].type == JSMN_STRING;
	unsigned int container =
		in_object ? (unsigned int)d->tokens[t->parent].parent : (unsigned int)t->parent;
	unsigned int next = d->next[node - 1];
	if (next >= d->next[container]) {
		return JSON_NONE;
	}
	return in_object ? next + 2 : next + 1;
}

unsigned int
json_size(const struct json_doc *d, unsigned int container) {
	const jsmntok_t *t = token_of(d, container);
	return t && (t->type == JSMN_OBJECT || t->type == JSMN_ARRAY) ? (unsigned int)t->size : 0;
}

const char *
json_key_of(const struct json_doc *d, unsigned int node) {
	const jsmntok_t *t = token_of(d, node);
	if (!t || t->parent < 0 || d->tokens[t->parent].type != JSMN_STRING) {
		return NULL;
	}
	return d->arena + d->unescaped[t->parent];
}

unsigned int
json_get(const struct json_doc *d, unsigned int object, const char *key) {
	if (!json_is_object(d, object)) {
		return JSON_NONE;
	}
	for (unsigned int n = json_first(d, object); n; n = json_next(d, n)) {
		if (strcmp(json_key_of(d, n), key) == 0) {
			return n;
		}
	}
	return JSON_NONE;
}

bool
json_is_object(const struct json_doc *d, unsigned int node) {
	return has_type(d, node, JSMN_OBJECT);
}

bool
json_is_array(const struct json_doc *d, unsigned int node) {
	return has_type(d, node, JSMN_ARRAY);
}

bool
json_is_string(const struct json_doc *d, unsigned int node) {
	return has_type(d, node, JSMN_STRING);
}

bool
json_is_null(const struct json_doc *d, unsigned int node) {
	const jsmntok_t *t = token_of(d, node);
	return !t || (t->type == JSMN_PRIMITIVE && d->text[t->start] == 'n');
}

const char *
json_text(const struct json_doc *d, unsigned int node) {
	return json_is_string(d, node) ? d->arena + d->unescaped[node - 1] : NULL;
}

const char *
json_raw_of(const struct json_doc *d, unsigned int node, size_t *ret_length) {
	const jsmntok_t *t = token_of(d, node);
	if (!t) {
		*ret_length = 0;
		return "";
	}
	int quote = t->type == JSMN_STRING;
	*ret_length = (size_t)(t->end - t->start + 2 * quote);
	return d->text + t->start - quote;
}

// Copies a primitive that is a number, so that strtoll and strtod find an end.
static bool
number_text(const struct json_doc *d, unsigned int node, char ret[64]) {
	const jsmntok_t *t = token_of(d, node);
	if (!t || t->type != JSMN_PRIMITIVE || t->end - t->start >= 64) {
		return false;
	}
	char c = d->text[t->start];
	if (c != '-' && (c < '0' || c > '9')) {
		return false;
	}
	memcpy(ret, d->text + t->start, (size_t)(t->end - t->start));
	ret[t->end - t->start] = 0;
	return true;
}

static bool
read_integer(const struct json_doc *d, unsigned int node, int64_t *ret) {
	char text[64];
	if (!number_text(d, node, text) || strpbrk(text, ".eE")) {
		return false;
	}
	errno = 0;
	long long value = strtoll(text, NULL, 10);
	if (errno) {
		return false;
	}
	*ret = value;
	return true;
}

int64_t
json_number(const struct json_doc *d, unsigned int node, int64_t fallback) {
	int64_t value = fallback;
	read_integer(d, node, &value);
	return value;
}

double
json_real(const struct json_doc *d, unsigned int node, double fallback) {
	char text[64];
	return number_text(d, node, text) ? strtod(text, NULL) : fallback;
}

bool
json_flag(const struct json_doc *d, unsigned int node, bool fallback) {
	const jsmntok_t *t = token_of(d, node);
	if (!t || t->type != JSMN_PRIMITIVE) {
		return fallback;
	}
	char c = d->text[t->start];
	return c == 't' ? true : c == 'f' ? false : fallback;
}
