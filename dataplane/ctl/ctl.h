// SPDX-License-Identifier: BSD-3-Clause
// The control endpoint: one seqpacket socket on which control commands and hears.
//
// Shape:   ctl_lock holds the run directory, ctl_open makes <run-dir>/dataplane.sock; ctl_turn
//          waits for what is next and handles it.  One control is served; a newer one that says
//          HELLO replaces it.
// Threads: the main thread; the image checker of ctl/rules.h has a thread of its own.
// Errors:  ctl_open returns 0 or a negative errno and has logged one sentence.  Later a peer that
//          breaks the contract loses its connection, nothing else.

#pragma once

#include "dataplane/clock.h"
#include "dataplane/config.h"

#include <stdbool.h>
#include <stdint.h>

struct shared;

// Before any thread is made: TERM, INT and HUP are read by ctl_turn and reach nobody else.
int ctl_take_signals(void);
// Before anything is touched: one dataplane a run directory.
int ctl_lock(const struct config *c);
int ctl_open(const struct config *c, struct shared *s);
void ctl_close(void);

// Waits at most `timeout_ms` for a message, an image or a signal, then sends what is due.
void ctl_turn(int timeout_ms);

// A signal asked for the end.
bool ctl_stop_asked(void);

// Sends what the rings hold, with `last` all counters too.  False: nobody reads it, or not before
// `until`.
bool ctl_flush(bool last, ns_t until);

// Told to control now, or when one connects.
void ctl_alert(uint32_t kind, const char *format, ...) __attribute__((format(printf, 2, 3)));

// While no worker runs a snapshot has no flows to wait for.
void ctl_set_forwarding(bool running);
