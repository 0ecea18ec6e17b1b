// SPDX-License-Identifier: BSD-3-Clause
// What graph.c gathers and graph_write.c writes.
//
// Threads: the core thread.

#pragma once

#include "control/graph.h"
#include "control/state.h"
#include "platform/text.h"

enum edge_state {
	EDGE_DNS,
	EDGE_OLDER,
	EDGE_RECENT,
	EDGE_BLOCKED,
};

struct edge {
	const struct link *link;
	uint64_t group; // id of the destination or organisation
	const char *organisation; // NULL: the destination stands for itself
	const struct flow *host; // the conversation with it; NULL: not by hosts
	enum edge_state state;
	uint64_t last_ns;
	struct traffic sum;
	uint64_t rate;
};

struct target {
	uint64_t group;
	const char *organisation; // NULL: it is one destination
	const struct flow *host; // a conversation with it; NULL: it is no host
	const struct destination *destination; // one of them
	enum edge_state state; // the liveliest of its edges
	bool all_blocked;
	uint64_t last_ns;
	size_t first_edge;
	size_t edges;
};

struct graph {
	const struct state *s;
	const struct graph_query *q;
	struct edge *edges; // sorted by group and device
	size_t edges_count;
	struct target *targets; // newest activity first
	size_t targets_count;
	const struct device **devices; // newest activity first
	size_t devices_count;
	size_t shown; // of the targets
};

bool graph_in_window(const struct graph_query *q, uint64_t at_ns);
enum edge_state graph_state(const struct graph_query *q, const struct link *l);
bool graph_is_blocked(uint8_t actions);
void graph_collect_hosts(struct graph *g, const struct link *l);
// The same name beneath another destination, or none, is another node.
uint64_t graph_host_id(const char *name, uint64_t destination);
// By which name the device asked for it, or its address.
const char *graph_host_name(const struct state *s, const struct flow *f, char ret[TEXT_ADDRESS]);
void graph_write_all(struct graph *g, struct json *j);
