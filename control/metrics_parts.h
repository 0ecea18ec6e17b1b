// SPDX-License-Identifier: BSD-3-Clause
// The metrics with labels.  What stands in a label is one of a list of ours, a port of the
// configuration, or a device's id: never a name, an address or anything that the network said.
//
// Threads: the core thread.

#pragma once

#include "control/metrics_write.h"

struct core;

void metrics_health(struct metrics_writer *m, const struct core *c);
void metrics_ports(struct metrics_writer *m, const struct core *c);
void metrics_workers(struct metrics_writer *m, const struct core *c);
void metrics_reasons(struct metrics_writer *m, const struct core *c);
void metrics_classes(struct metrics_writer *m, const struct core *c);
void metrics_integrations(struct metrics_writer *m, const struct core *c);
// With prometheus.devices; the METRICS_DEVICES_MAX that were known first.
#define METRICS_DEVICES_MAX 256
void metrics_devices(struct metrics_writer *m, const struct core *c);
void metrics_process(struct metrics_writer *m);
