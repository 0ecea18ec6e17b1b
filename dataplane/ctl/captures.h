// SPDX-License-Identifier: BSD-3-Clause
// What control wants captured: sets of captures on their way into force and out of it.
//
// Shape:   at most WIRE_CAPTURES_MAX at once; a capture's memory is let go when every worker has
//          left the set that held it, and only then control hears that it ended.  A control that
//          goes takes its captures with it.
// Threads: the main thread.
// Errors:  a capture that cannot be becomes an answer with a negative status and a sentence.

#pragma once

#include "platform/wire.h"

#include <stdbool.h>

struct shared;

void captures_open(struct shared *s);
void captures_close(void); // when no worker runs any more

// The record, checked by wire_check; `fd` stays the caller's, -1: none came.
void captures_begin(const struct wire_capture *c, int fd);
void captures_end(uint64_t id);
// The flight recorder begins anew, or (-1) ends.
void captures_record(const struct wire_recorder *r, int fd);
void captures_end_all(void); // nobody is told

// Lets go of what no worker can hold any more.
void captures_turn(void);
bool captures_leaving(void); // something waits for that: look again very soon
// The next answer, false when there is none.
bool captures_next(struct wire_capture_state *ret);
