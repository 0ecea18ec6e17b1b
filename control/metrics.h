// SPDX-License-Identifier: BSD-3-Clause
// The counters as Prometheus reads them.
//
// Shape:   one table of single figures in metrics.c, and the labelled ones: port and reason.
// Threads: the core thread.
// Errors:  NULL without memory.
// Source:  Prometheus text format 0.0.4; ecosystem.md 5.6.

#pragma once

#include <stddef.h>

struct core;

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

char *metrics_text(const struct core *c, size_t *ret_length); // for free()
