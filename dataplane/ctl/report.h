// SPDX-License-Identifier: BSD-3-Clause
// What control hears: events from the workers' rings, devices, ports, counters, alerts, snapshots.
//
// Shape:   report_next makes the next message that is due, most urgent first, in a buffer of its
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

int report_open(struct shared *s);
void report_close(void);

// A control has just come: it wants ports, counters and kept alerts now.
void report_greet(void);
// Nobody listens: what the workers say is thrown away.
void report_discard(void);

void report_ack(const struct wire_rules_ack *ack, uint64_t request);
void report_alert(const struct wire_alert *alert);
void report_snapshot(uint64_t request, bool workers_running);

// The next message, or NULL when nothing is due.
const void *report_next(size_t *ret_length);
