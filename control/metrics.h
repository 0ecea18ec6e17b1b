// SPDX-License-Identifier: BSD-3-Clause
// The counters as Prometheus reads them: all that GET /health and the statistics know.
//
// Shape:   one table of single figures in metrics.c; the labelled ones in metrics_parts.c.
// Threads: the core thread.
// Errors:  NULL without memory.
// Source:  Prometheus text format 0.0.4, OpenMetrics 1.0.0; ecosystem.md 5.6.

#pragma once

#include <stdbool.h>
#include <stddef.h>

struct core;

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_OPEN_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

bool metrics_wants_open(const char *accept); // the header; NULL: there is none
char *metrics_text(const struct core *c, bool open, size_t *ret_length); // for free()
