// SPDX-License-Identifier: BSD-3-Clause
// The JSON-RPC calls of SPIN's clients, whichever way they come in: HTTP, the unix socket, MQTT,
// ubus.
//
// Shape:   rpc_ask with the text of one request; `answered` is called once, at once or later, with
//          the text of the answer, or with NULL for a notification.  What acts goes the way of
//          the API's own acts: roles, disk, dataplane, audit trail.
// Threads: the core thread.
// Errors:  as answers, with the codes and messages of spin.md 3.2.
// Source:  reference/spin.md 3.2.

#pragma once

#include "control/access/principal.h"
#include "control/audit/entry.h"

#include <stddef.h>

#define RPC_REQUEST_MAX (256 * 1024)
#define RPC_CALLS_MAX 64 // that wait at once

struct spin;

struct rpc_who {
	enum role role;
	uint32_t scopes; // of a narrowed token; 0: none
	struct audit_by by; // `who` is the account's name
};

typedef void (*rpc_answered)(void *context, const char *text, size_t length);

void rpc_ask(
	struct spin *s,
	const struct rpc_who *who,
	const char *text,
	size_t length,
	rpc_answered answered,
	void *context
);
// Those of this context are not answered any more.
void rpc_forget(struct spin *s, const void *context);
void rpc_stop(struct spin *s); // all of them are answered that it ends
