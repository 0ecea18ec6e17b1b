// SPDX-License-Identifier: BSD-3-Clause
// A request that comes by another way than HTTP, such as a message of MQTT, and goes the way of
// every other: the same routes, rights, checks, pace, masks and audit.
//
// Shape:   one connection of its own a request, over a socket pair, so that there is one way in and
//          nothing to keep alike.  Who asks is the caller's word: no header is read for it.
// Threads: the loop's.
// Errors:  inside_ask returns -EINVAL for what is no request, -EBUSY when too many are under way,
//          and other -errno; `done` is told once, unless inside_end came first.

#pragma once

#include "control/access/principal.h"

#include <stddef.h>

#define INSIDE_ANSWER_MAX ((size_t)1 << 20)
#define INSIDE_S 30 // an answer that takes longer is given up

struct http_server;
struct inside;

struct inside_request {
	const char *method; // "GET"
	const char *target; // path and query, from /api/
	const char *headers; // whole lines, each ended by \r\n and made by inside_header; may be ""
	const char *body; // JSON
	size_t length; // 0: none
	struct principal as;
	const char *source; // for the audit trail: "mqtt"
};

struct inside_answer {
	int status; // 0: there was none
	const char *error; // then: why, as a sentence
	const char *type; // of the content; "" without one
	const char *etag; // "" without one
	const char *body;
	size_t length;
};

typedef void (*inside_done)(void *context, const struct inside_answer *a);

int inside_ask(
	struct http_server *s,
	const struct inside_request *q,
	inside_done done,
	void *context,
	struct inside **ret
);
void inside_end(struct inside *i); // what was asked is done all the same

// Appends a line to `lines`; false: such a header may not be sent, or does not fit.
bool inside_header(char *lines, size_t size, const char *name, const char *value);
