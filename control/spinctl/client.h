// SPDX-License-Identifier: BSD-3-Clause
// HTTP over <run-dir>/api.sock: one request, one connection.
//
// Errors:  everything that can go wrong is printed here, once, and comes back as an exit code.
// Source:  RFC 9112, as far as our own server uses it.

#pragma once

#include "control/http/json_read.h"
#include "control/spinctl/cli.h"

#include <stddef.h>

struct answer {
	int status;
	char *body;
	size_t length;
	struct json_doc *doc; // NULL when there was no body
};

// `body` may be NULL.  A status of 400 and more is printed as a person reads it.
int client_ask(
	const struct cli *c,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
);
// The same without a word about its status.
int client_any(
	const struct cli *c,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
);
// GET of what also answers 503 with a document.
int client_look(const struct cli *c, const char *path, struct answer *ret);
// GET of bytes that are no JSON.
int client_bytes(const struct cli *c, const char *path, struct answer *ret);
// GET without a word when nobody answers.
int client_try(const struct cli *c, const char *path, struct answer *ret);
// The same for what changes something: passes --yes and --confirm-within on, and asks on a terminal
// where the change can cut people off.
int client_change(
	const struct cli *c,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
);
// PUT of what is no JSON.
int client_put_bytes(
	const struct cli *c,
	const char *path,
	const void *bytes,
	size_t length,
	struct answer *ret
);
// PUT, over whatever is there.
int client_replace(
	const struct cli *c,
	const char *path,
	const char *body,
	bool exists,
	struct answer *ret
);
// All pages of a list as one document {"items":[…]}.
int client_list(const struct cli *c, const char *path, const char *query, struct answer *ret);
void answer_free(struct answer *a);

// Follows an event stream; returns when it ends.
typedef void (*client_event
)(void *context, const char *type, const char *id, const char *data, size_t length);
int client_follow(const struct cli *c, const char *path, client_event on_event, void *context);
