// SPDX-License-Identifier: BSD-3-Clause
// What control hears: events from the workers' rings, devices, ports, counters, alerts, snapshots.
//
// Shape:   outbox_next makes the next message that is due, most urgent first, in a buffer of its
//          own; the caller sends it and asks again.  Nothing is made while the socket is full: the
//          rings are the only queue, their workers count what does not fit, cumulative counters and
//          the newest STATS stand for all that were not sent.
// Threads: the main thread.
// Errors:  none; a snapshot that finds no memory is ended, and the next one heals it.

#pragma once

#include "platform/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shared;

int outbox_open(struct shared *s);
void outbox_close(void);

// A control has just come: it wants ports, counters and kept alerts now.
void outbox_greet(void);
// The last words: ports, counters and devices are due at once.
void outbox_finish(void);
// Nobody listens: what the workers say is thrown away.
void outbox_discard(void);

// RULES_ACK or LISTS_ACK.
void outbox_ack(enum wire_type type, const struct wire_rules_ack *ack, uint64_t request);
void outbox_alert(const struct wire_alert *alert);
void outbox_snapshot(uint64_t request, bool workers_running);

// The next message, or NULL when nothing is due.
const void *outbox_next(size_t *ret_length);
