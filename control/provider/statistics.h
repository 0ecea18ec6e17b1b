// SPDX-License-Identifier: BSD-3-Clause
// What a provider may count: kinds of devices, reasons for drops, alerts and measures in force.
//
// Shape:   no names, addresses, domains or ids; what is there fewer than STATISTICS_LEAST times is
//          withheld, so that no single thing of a home shows.
// Threads: the core thread.
// Source:  issue 5, "GET /api/v1/statistics".

#pragma once

#include "platform/json_write.h"

#define STATISTICS_LEAST 3

struct state;

// The schema Statistics.
void statistics_write(const struct state *s, uint64_t now_ns, struct json *j);
