// SPDX-License-Identifier: BSD-3-Clause
// A device's packets in pieces over MQTT, for the capture window of SPIN's GUI.
//
// Shape:   a live capture whose bytes are told on `SPIN/capture/<mac>` as upper-case hex of at most
//          FEED_PIECE bytes; the first piece is the file's header.  One for each device.  A broker
//          that does not take them is not waited for: the capture counts what its pipe lost.
// Threads: the core thread.
// Errors:  feed_start says -EBUSY when it runs, -ENOTCONN without a broker or a dataplane, or what
//          captures_begin says.
// Source:  reference/spin.md 2.2, 2.8.

#pragma once

#include "control/export/spin/own.h"

#define FEED_PIECE 1024
#define FEED_TURN 256 // pieces at once
#define FEED_SNAPLEN 1600 // the original's

int feed_start(struct spin *s, const struct device *d, const char *who);
void feed_stop(struct spin *s, const struct device *d);
void feeds_send(struct spin *s, struct topics *t); // what came meanwhile
void feeds_end(struct spin *s); // all of them
