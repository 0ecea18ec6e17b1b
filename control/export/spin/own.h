// SPDX-License-Identifier: BSD-3-Clause
// What the files of control/export/spin/ share: the adapter that runs, and a node as its clients
// mean it.
//
// Shape:   a node is a whole device or a destination; both NULL: there is none.
// Threads: the core thread.
// Source:  reference/spin.md 2 to 4.

#pragma once

#include "control/export/adapter.h"
#include "control/export/spin/nodes.h"
#include "platform/json_write.h"

#include <sys/queue.h>

struct core;
struct destination;
struct device;
struct feed;
struct flow;
struct front;
struct rpc_call;
struct rpc_socket;
struct spin;
struct thread;
struct topics;

// Who is told what moves, beside the topics: control/http/api_spin_ws.c.
struct spin_ear {
	void (*flush)(struct spin *s); // four times a second
	void (*stop)(struct spin *s);
};

struct spin {
	struct core *core;
	struct thread *thread; // for files
	struct nodes *nodes;
	struct front *front;
	struct rpc_socket *socket; // NULL: none
	LIST_HEAD(, feed) feeds; // captures over MQTT
	LIST_HEAD(, rpc_call) calls; // that wait for something
	unsigned int calls_count;
	uint64_t answers, contact_ns; // of clients
	const struct spin_ear *ear; // NULL: nobody listens
};

struct spin_node {
	uint64_t number; // 0: not yet
	struct device *device;
	struct destination *destination;
};

// The adapter that runs; NULL: it does not.
struct spin *spin_of(const struct core *c);

struct spin_node spin_node_of_device(struct spin *s, struct device *d);
struct spin_node spin_node_of_destination(struct spin *s, struct destination *d);
struct spin_node spin_node_numbered(struct spin *s, uint64_t number);
struct spin_node spin_node_at(struct spin *s, unsigned int family, const uint8_t address[16]);
// An end of a flow: 0 began it.
struct spin_node spin_node_of_end(struct spin *s, const struct flow *f, unsigned int end);
struct device *spin_device(const struct spin *s, const char *mac); // whole; NULL: none

static inline bool
spin_node_is(const struct spin_node *n) {
	return n->device || n->destination;
}
unsigned int spin_node_actions(const struct spin_node *n); // enum action bits
// "Multicast" and broadcast addresses are nodes too.
const char *spin_node_label(const struct spin_node *n, char ret[257]);
// The object of nodeInfo, which get_device_data answers too.
void spin_node_write(const struct spin *s, const struct spin_node *n, struct json *j);
