// SPDX-License-Identifier: BSD-3-Clause
// Handing the rules over: compile, seal, send, hear what is in force, keep for the next start.
//
// Threads: the core thread; the file is written by the store thread.
// Errors:  logged here; health shows that the rules in force are not the newest.

#pragma once

#include "platform/wire.h"

struct core;

// Compiles the state's generation and sends it when the link is up.
void handover_now(struct core *c);
void handover_acked(struct core *c, const struct wire_rules_ack *ack);
// Writes the newest image to the state directory; then calls done, when there is one.
void
handover_save(struct core *c, void (*done)(void *context, const struct core *c), void *context);
// Tries again, now and then, to write what could not be written.
void handover_retry(struct core *c);
