// SPDX-License-Identifier: BSD-3-Clause
// The way to the collector: UDP, TCP or TLS, one message at a time.
//
// Shape:   `up` is told at each new connection, for its templates; `room` when the message before
//          has left.  It connects by itself, again after 1, 2, 4 … 30 s.
// Threads: the core thread, in which nothing waits: names are looked up in another.
// Errors:  ipfix_link_new says what is wrong with certificates.  A message that was cut off by the
//          end of its connection is counted in `lost`, by the records in it, and so is what was
//          handed over and not acknowledged; a datagram only when it was refused.

#pragma once

#include "control/export/adapter.h"
#include "control/export/ipfix/config.h"

struct ev_loop;
struct ipfix_link;

struct ipfix_link_user {
	void (*up)(void *context);
	void (*room)(void *context);
	void *context;
};

int ipfix_link_new(
	struct ev_loop *loop,
	const struct ipfix_config *config, // stays the caller's, and as it is
	const struct ipfix_link_user *user,
	struct ipfix_link **ret,
	char ret_error[EXPORT_ERROR]
);
void ipfix_link_free(struct ipfix_link *l); // NULL is nothing
void ipfix_link_second(struct ipfix_link *l);
// UDP alone: the last datagrams were refused, and whether these are is not known yet.
bool ipfix_link_is_doubted(const struct ipfix_link *l);
bool ipfix_link_has_room(const struct ipfix_link *l);
// At most IPFIX_MESSAGE_MAX bytes, when there is room; they are copied.
void
ipfix_link_send(struct ipfix_link *l, const uint8_t *data, size_t length, unsigned int records);
// state, message, sent, lost and contact_ns.
void ipfix_link_status(const struct ipfix_link *l, struct export_status *ret);
