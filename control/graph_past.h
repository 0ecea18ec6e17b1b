// SPDX-License-Identifier: BSD-3-Clause
// The graph of a window that is over, from rows of the history: the same object as graph.h writes.
//
// Shape:   nodes by bytes within the window; what is not known any more has the name that was kept.
// Threads: the core thread.
// Errors:  false without memory.

#pragma once

#include "control/graph.h"
#include "control/history/ask.h"

struct core;

bool graph_past_write(
	const struct core *c,
	const struct graph_query *q,
	const struct history_answer *rows, // by device, destination and service
	struct json *j
);
