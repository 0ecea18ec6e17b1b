// SPDX-License-Identifier: BSD-3-Clause
// The link to the dataplane: one SEQPACKET client that comes back by itself.
//
// Shape:   connect, HELLO both ways, then `up` (send everything again), records as they come, and
//          `down` the moment the other side is gone.  Tries again after 50 ms, later every 500 ms.
// Threads: the thread of the libev loop.
// Errors:  dplink_send_* return -ENOTCONN while the link is down; everything else that goes
//          wrong ends the link and stands in dplink_message.
// Source:  platform/wire.h.

#pragma once

#include "platform/wire.h"

#include <stdbool.h>

struct ev_loop;
struct dplink;

struct dplink_events {
	// new_run: another process than the one that was connected last.
	void (*up)(void *context, const struct wire_hello *hello, bool new_run);
	void (*down)(void *context);
	// A checked message; the header is its first bytes.
	void (*message)(void *context, const struct wire_header *h, const uint8_t *records);
};

struct dplink *dplink_new(
	struct ev_loop *loop,
	const char *run_dir,
	const struct dplink_events *events,
	void *context
);
void dplink_free(struct dplink *l);

bool dplink_is_up(const struct dplink *l);
// Why it is down, or why it is silent; a sentence for a person.
const char *dplink_message(const struct dplink *l);
uint64_t dplink_since_ns(const struct dplink *l); // wall: of the last up or down
uint64_t dplink_heard_mono_ns(const struct dplink *l); // of the last message
const struct wire_hello *dplink_hello(const struct dplink *l);

// The sealed memfd stays the caller's.
int dplink_send_rules(struct dplink *l, uint64_t generation, int fd, size_t length);
int dplink_send_lists(struct dplink *l, uint64_t generation, int fd, size_t length);
// One message with one record; the descriptor (-1: none) stays the caller's.
int dplink_send(struct dplink *l, enum wire_type type, const void *record, size_t size, int fd);
int dplink_ask_snapshot(struct dplink *l);
// Ends the link, to begin again from HELLO.
void dplink_reset(struct dplink *l, const char *why);
