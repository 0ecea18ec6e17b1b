// SPDX-License-Identifier: BSD-3-Clause
// Prometheus asks us: what there is to show of it is when it did so last.
//
// Threads: the core thread.

#pragma once

struct exports;

void prometheus_asked(struct exports *e); // /metrics was answered
