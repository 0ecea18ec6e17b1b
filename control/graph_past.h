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

// Rows of the history are by device, destination and service; those of hosts besides by name.
struct past_host {
	struct history_item item;
	const char *name; // a flow's own
};

// What is known of hosts goes over from `rows`; false without memory.
bool graph_past_hosts(
	const struct core *c,
	struct history_answer *rows,
	struct flows_answer *flows, // that were closed within the window
	struct past_host **ret, // freed by who asked
	size_t *ret_count
);
// `flows` are looked at by hosts alone.
bool graph_past_write(
	const struct core *c,
	const struct graph_query *q,
	struct history_answer *rows,
	struct flows_answer *flows,
	struct json *j
);
