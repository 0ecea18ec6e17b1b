// SPDX-License-Identifier: BSD-3-Clause
// What passed between one device and one destination: an edge of the graph, and the place where
// flows that are no longer held live on as sums.
//
// Units:   times are wall nanoseconds; the sums are seen from the device.
// Threads: the core thread.

#pragma once

#include "control/destination.h"
#include "control/flow.h"

#define LINK_SERVICES_MAX 8

struct link_key {
	uint64_t device;
	uint64_t destination;
};

struct link {
	struct link_key key;
	struct device *device;
	struct destination *destination;
	uint8_t actions; // enum action bits, of the pair
	uint8_t services_count;
	bool refused; // the newest flow was dropped
	uint32_t services[LINK_SERVICES_MAX]; // protocol << 16 | port
	uint64_t last_seen_ns;
	uint64_t dns_seen_ns;
	struct traffic sum;
	struct rate rate;
	struct flow_list flows; // that are still held
	LIST_ENTRY(link) of_destination;
};

struct link *link_get(struct state *s, struct device *d, struct destination *to);
struct link *link_find(const struct state *s, const struct device *d, const struct destination *to);
// An address got a name: all that was counted for it, and its flows, belong to the named one now.
void link_move(struct state *s, struct link *from, struct link *to);
void link_drop(struct state *s, struct link *l);
void link_add_service(struct link *l, uint8_t protocol, uint16_t port);
