// SPDX-License-Identifier: BSD-3-Clause
// One cursor goes through the hello: `end` is where the hello says it ends, `length` what is in
// hand; running into the second first means to wait for more.

#include "dataplane/inspect/tls.h"

#include <stdbool.h>
#include <string.h>

#define RECORD_HANDSHAKE 22
#define RECORD_HEADER 5
#define RECORD_MAX (16384 + 2048) // RFC 5246 6.2.3
#define CLIENT_HELLO 1
#define HANDSHAKE_HEADER 4
#define HELLO_FIXED 34 // version, random
#define SESSION_ID_MAX 32
#define EXTENSION_SERVER_NAME 0
#define NAME_TYPE_HOST 0

struct cursor {
	const uint8_t *bytes;
	size_t length;
	size_t end;
	size_t at;
	enum hello_state why; // it stopped
};

static bool
need(struct cursor *c, size_t n) {
	if (n > c->end - c->at) {
		c->why = HELLO_NONE;
		return false;
	}
	if (c->at >= c->length || n > c->length - c->at) {
		c->why = HELLO_MORE;
		return false;
	}
	return true;
}

// A number of `size` bytes.
static bool
number(struct cursor *c, size_t size, size_t *ret) {
	size_t value = 0;

	if (!need(c, size))
		return false;
	for (size_t i = 0; i < size; i++)
		value = value << 8 | c->bytes[c->at++];
	*ret = value;
	return true;
}

// Steps over `n` bytes, which need not be in hand.
static bool
step(struct cursor *c, size_t n) {
	if (n > c->end - c->at) {
		c->why = HELLO_NONE;
		return false;
	}
	c->at += n;
	return true;
}

// Steps over a vector whose length takes `size` bytes.
static bool
step_vector(struct cursor *c, size_t size, size_t most) {
	size_t n;

	if (!number(c, size, &n))
		return false;
	if (n > most) {
		c->why = HELLO_NONE;
		return false;
	}
	return step(c, n);
}

// The text of a host name in wire form and lower case; false when it is no name.
static bool
spell(const uint8_t *text, size_t n, struct server_name *ret) {
	size_t label = 0, at = 1;

	if (n > 0 && text[n - 1] == '.')
		n--;
	if (n == 0 || n > DNS_WIRE_MAX - 2)
		return false;
	for (size_t i = 0; i < n; i++, at++) {
		uint8_t c = text[i];
		if (c != '.') {
			ret->wire[at] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
			continue;
		}
		if (at - label - 1 == 0 || at - label - 1 > 63)
			return false;
		ret->wire[label] = (uint8_t)(at - label - 1);
		label = at;
	}
	if (at - label - 1 == 0 || at - label - 1 > 63)
		return false;
	ret->wire[label] = (uint8_t)(at - label - 1);
	ret->wire[at++] = 0;
	ret->length = (uint16_t)at;
	return true;
}

static enum hello_state
read_names(struct cursor *c, size_t size, struct server_name *ret) {
	size_t list, type, n, end = c->at + size;

	if (size < 2 || !number(c, 2, &list))
		return size < 2 ? HELLO_NONE : c->why;
	while (end - c->at >= 3) {
		if (!number(c, 1, &type) || !number(c, 2, &n))
			return c->why;
		if (n > end - c->at)
			return HELLO_NONE;
		if (type != NAME_TYPE_HOST) {
			c->at += n;
			continue;
		}
		if (!need(c, n))
			return c->why;
		return spell(c->bytes + c->at, n, ret) ? HELLO_NAME : HELLO_NONE;
	}
	return HELLO_NONE;
}

static enum hello_state
read_hello(struct cursor *c, struct server_name *ret) {
	size_t all, type, n;

	if (!step(c, HELLO_FIXED) || !step_vector(c, 1, SESSION_ID_MAX)
	    || !step_vector(c, 2, UINT16_MAX) || !step_vector(c, 1, UINT8_MAX))
		return c->why;
	if (c->at == c->end)
		return HELLO_NONE; // no extensions
	if (!number(c, 2, &all))
		return c->why;
	if (all < c->end - c->at)
		c->end = c->at + all;
	while (c->at < c->end) {
		if (!number(c, 2, &type) || !number(c, 2, &n))
			return c->why;
		if (n > c->end - c->at)
			return HELLO_NONE;
		if (type == EXTENSION_SERVER_NAME)
			return read_names(c, n, ret);
		c->at += n;
	}
	return HELLO_NONE;
}

enum hello_state
tls_handshake(const uint8_t *bytes, size_t length, struct server_name *ret) {
	struct cursor c = {.bytes = bytes, .length = length, .end = HANDSHAKE_HEADER};
	size_t type, n;

	if (!number(&c, 1, &type))
		return c.why;
	if (type != CLIENT_HELLO)
		return HELLO_NONE;
	if (!number(&c, 3, &n))
		return c.why;
	c.end += n;
	return read_hello(&c, ret);
}

// Puts what the handshake records carry together; false: what follows is another kind of record.
static bool
unwrap(const uint8_t *bytes, size_t length, uint8_t hello[TLS_HELLO_MAX], size_t *ret_n) {
	size_t n = 0, at = 0;

	*ret_n = 0;
	while (at < length && n < TLS_HELLO_MAX) {
		const uint8_t *r = bytes + at;
		size_t left = length - at;
		if (r[0] != RECORD_HANDSHAKE || (left > 1 && r[1] != 3) || (left > 2 && r[2] > 4))
			return false;
		if (left < RECORD_HEADER)
			break;
		size_t size = (size_t)r[3] << 8 | r[4];
		if (size == 0 || size > RECORD_MAX)
			return false;
		size_t take = size < left - RECORD_HEADER ? size : left - RECORD_HEADER;
		if (take > TLS_HELLO_MAX - n)
			take = TLS_HELLO_MAX - n;
		memcpy(hello + n, r + RECORD_HEADER, take);
		*ret_n = n += take;
		at += RECORD_HEADER + size;
	}
	return n < TLS_HELLO_MAX;
}

enum hello_state
tls_hello(const uint8_t *bytes, size_t length, struct server_name *ret) {
	uint8_t hello[TLS_HELLO_MAX];
	size_t n;

	bool goes_on = unwrap(bytes, length, hello, &n);
	if (n == 0)
		return goes_on ? HELLO_MORE : HELLO_NONE;
	enum hello_state state = tls_handshake(hello, n, ret);
	return state == HELLO_MORE && !goes_on ? HELLO_NONE : state;
}
