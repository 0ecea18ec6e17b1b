// SPDX-License-Identifier: BSD-3-Clause
// Metrics as text, in either of two formats: the families one after the other, each with its head.
//
// Threads: one writer.
// Errors:  as of stdio; whoever closes the file looks.
// Source:  Prometheus text format 0.0.4; OpenMetrics 1.0.0.

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct metrics_writer {
	FILE *f;
	bool open; // OpenMetrics
	const char *name; // of the family that is being written
};

// `type`: counter, gauge or info.  A counter's name ends in _total, an info's in _info.
void metric_family(struct metrics_writer *m, const char *name, const char *type, const char *help);
void metric_plain(struct metrics_writer *m, uint64_t value);
// Pairs of label and value, ended by NULL.
void metric_labelled(struct metrics_writer *m, uint64_t value, const char *const *labels);
#define metric_of(m, value, ...) metric_labelled(m, value, (const char *const[]){__VA_ARGS__, NULL})
