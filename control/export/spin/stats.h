// SPDX-License-Identifier: BSD-3-Clause
// SPIN's statistics: those of its counters that mean something in this gateway.
//
// Shape:   `SPIN/stat/<module>/<name>`, retained, every STATS_S when its count changed.
// Units:   C ints, as the original's: they stop at INT_MAX.
// Threads: the core thread.
// Source:  reference/spin.md 2.5.

#pragma once

#include <stdint.h>

#define STATS_S 30

// field, module, name, type (0 total, 1 maximum)
#define STATS(X)                                                                                   \
	X(reports4, "conntrack", "ipv4-to-pkt", 0)                                                 \
	X(reports6, "conntrack", "ipv6-to-pkt", 0)                                                 \
	X(blocked, "core2block", "catch-block", 0)                                                 \
	X(answers, "dns", "answer", 0)                                                             \
	X(queries, "dns", "query", 0)                                                              \
	X(nodes, "node_cache", "number-nodes", 1)                                                  \
	X(nodes_told, "node_cache", "publish-new", 0)                                              \
	X(published, "pubsub", "chan-publish", 0)                                                  \
	X(sent, "spind", "send-flow", 0)                                                           \
	X(messages, "spind", "create-traffic", 0)

struct topics;

struct stats {
	uint64_t reports[2]; // of flows, IPv4 and IPv6
	uint64_t blocked, answers, queries, nodes_told, published, sent, messages;
	uint64_t lost; // for the status
	uint64_t told[16]; // in the order of the list
	unsigned int wait_s;
};

void stats_second(struct stats *s, struct topics *t);
