// SPDX-License-Identifier: BSD-3-Clause
// The graph: who talked to whom within the last minutes, computed once for every viewer.
//
// Shape:   at most GRAPH_NODES_MAX nodes; devices come first, then destinations by newest
//          activity; what does not fit is counted in `folded`.  Multicast, broadcast and link-local
//          addresses are left out unless asked for: every device is connected to them, and no rule
//          is about them.
// Units:   window in seconds.
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

#include <stdbool.h>

#define GRAPH_NODES_MAX 250
#define GRAPH_WINDOW_S 600
#define GRAPH_RECENT_S 30

struct state;

struct graph_query {
	uint64_t window_s;
	bool ignored; // with what is ignored
	bool organisations; // destinations of one organisation as one node
	bool multicast; // with multicast, broadcast and link-local addresses
	uint64_t now_ns; // wall
	uint64_t generation;
};

uint64_t graph_organisation_id(const char *name); // of its node
// One JSON object; false without memory.
bool graph_write(const struct state *s, const struct graph_query *q, struct json *j);
