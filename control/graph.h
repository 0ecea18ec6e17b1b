// SPDX-License-Identifier: BSD-3-Clause
// The graph: who talked to whom within the last minutes, computed once for every viewer.
//
// Shape:   at most GRAPH_NODES_MAX nodes unless another limit is asked for; devices come first,
//          then destinations by newest activity; what does not fit is counted in `folded`.
//          Multicast, broadcast and link-local addresses are left out unless asked for: every
//          device is connected to them, and no rule is about them.
// Units:   window in seconds.
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

#include <stdbool.h>

#define GRAPH_NODES_MAX 250
#define GRAPH_LIMIT_MAX 1000
#define GRAPH_WINDOW_S 600
#define GRAPH_RECENT_S 30

struct state;

// How destinations are put together.
enum graph_group {
	GRAPH_BY_DOMAIN, // as rules know them
	GRAPH_BY_ORGANISATION,
	GRAPH_BY_HOST, // each name beneath a domain by itself, as far as its flows are held
};

struct graph_query {
	uint64_t window_s;
	bool ignored; // with what is ignored
	enum graph_group group;
	size_t limit; // nodes; 0: GRAPH_NODES_MAX
	bool multicast; // with multicast, broadcast and link-local addresses
	uint64_t now_ns; // wall
	uint64_t generation;
};

uint64_t graph_organisation_id(const char *name); // of its node
size_t graph_limit(const struct graph_query *q);
// One JSON object; false without memory.
bool graph_write(const struct state *s, const struct graph_query *q, struct json *j);
