// SPDX-License-Identifier: BSD-3-Clause
// A request that the access provider's broker brings, and the answer that goes back.
//
// Shape:   {"id", "method", "path", "headers"?, "body"?} in; {"id", "status", "headers", "body"} or
//          {"id", "status", "error"} out.  The id is a text of 1 to 64 visible characters, or a
//          number, and comes back as it came.  What changes something carries it as its
//          Idempotency-Key, because MQTT may bring a message twice.
// Threads: pure.
// Errors:  provider_ask_read says in ret_error what would be right; the id is read where there is
//          one.

#pragma once

#include "control/http/inside.h"
#include "platform/json_write.h"

#include <stdbool.h>

#define ASK_ID 80 // with its quotes
#define ASK_HEADERS 1024
#define ASK_ERROR 160

struct provider_ask {
	char id[ASK_ID]; // JSON; empty: none
	char method[8];
	char *target, *body; // of one block; freed by provider_ask_free
	size_t body_length;
	char headers[ASK_HEADERS];
};

bool provider_ask_read(
	const char *text,
	size_t length,
	struct provider_ask *ret,
	char ret_error[ASK_ERROR]
);
void provider_ask_free(struct provider_ask *a);
void provider_ask_answer(const char *id, const struct inside_answer *a, struct json *j);
void provider_ask_refuse(const char *id, int status, const char *error, struct json *j);
