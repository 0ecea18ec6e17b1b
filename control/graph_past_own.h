// SPDX-License-Identifier: BSD-3-Clause
// What graph_past.c gathers and graph_past_write.c writes.
//
// Threads: the core thread.

#pragma once

#include "control/graph_past.h"

// A row with what it is about today.
struct seen {
	const struct history_item *item;
	const struct device *device;
	const struct destination *destination; // NULL: not known any more
	const char *organisation; // NULL: the destination stands for itself
	const char *host; // a name beneath it; NULL: all of it
	uint64_t target; // id of its node
};

struct node {
	uint64_t id;
	const struct seen *first;
	uint64_t bytes, last_s, packets, dropped;
	bool shown;
};

struct past {
	const struct core *c;
	const struct graph_query *q;
	struct seen *seen; // by target, then device
	size_t count;
	struct node *devices;
	struct node *targets;
	size_t devices_count;
	size_t targets_count;
};

// What is allowed, blocked or ignored between the two now.
uint8_t graph_past_actions(const struct past *g, const struct seen *s);
int graph_past_by_target(const void *one, const void *other); // two of struct seen
void graph_past_write_all(struct past *g, struct json *j);
