// SPDX-License-Identifier: BSD-3-Clause
// The answer to SNAPSHOT: devices, addresses, host names and names, copied at once and sent page by
// page; flows come from the workers as events; SNAPSHOT_END with the request's id closes it.
//
// Shape:   one at a time; a newer request replaces the one in hand.
// Threads: the main thread.

#pragma once

#include "platform/wire.h"

#include <stdbool.h>
#include <stdint.h>

struct shared;

void snapshot_begin(struct shared *s, uint64_t request, bool workers_running);
void snapshot_forget(void);
// One worker has reported all its flows for this snapshot.
void snapshot_flows_done(uint64_t number);
// Fills the next page, of whatever type is due; false when there is none now.
bool snapshot_next(struct wire_writer *w);
