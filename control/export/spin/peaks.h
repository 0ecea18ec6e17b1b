// SPDX-License-Identifier: BSD-3-Clause
// How much each device moved in each minute of the last hour, for SPIN's peak graphs.
//
// Shape:   kept since the adapter runs; the gateway blocks nobody for a peak, so `enforcing` is
//          always false.
// Threads: the core thread.
// Source:  reference/spin.md 2.3 "peakinfo", 4.6.

#pragma once

#include "platform/json_write.h"

#define PEAKS_MINUTES 60

struct peaks;
struct spin;
struct state;

struct peaks *peaks_new(void);
void peaks_free(struct peaks *p); // takes NULL
void peaks_second(struct peaks *p, const struct state *s);
// The message; without a result when the number is no device's.
void peaks_write(struct peaks *p, struct spin *s, uint64_t number, struct json *j);
