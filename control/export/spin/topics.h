// SPDX-License-Identifier: BSD-3-Clause
// The topics of the original SPIN, over the household's MQTT connection.
//
// Shape:   a user of control/export/mqtt/users.h.  A node is told (retained) before what names it:
//          messages wait in `held` for the nodes to be with the broker, or TOPICS_HELD_S at most.
//          Of devices with a privacy level above 0 no traffic and no names are told.
// Threads: the core thread.
// Source:  reference/spin.md 2.

#pragma once

#include "control/export/spin/own.h"
#include "control/export/spin/peaks.h"
#include "control/export/spin/stats.h"
#include "control/export/spin/traffic.h"
#include "control/map.h"

#define TOPIC_TRAFFIC "SPIN/traffic"
#define TOPIC_NODE "SPIN/traffic/node/"
#define TOPIC_ADMIN "SPIN/traffic/admin"
#define TOPICS_HELD_MAX 256 // messages of one second
#define TOPICS_HELD_S 5
#define TOPICS_ASKED_MAX 50 // calls and questions of all clients, a second

struct mqtt_client;

struct held {
	struct json j;
};

struct topics {
	struct core *core;
	struct mqtt_client *client;
	bool restarted; // serverRestart was told
	unsigned int turn; // of flushes
	struct map shown; // nodes that clients know
	char *lists[3]; // as they were told last
	struct traffic_gather gather;
	struct stats stats;
	struct peaks *peaks;
	struct json held[TOPICS_HELD_MAX];
	size_t held_count;
	unsigned int held_s;
	unsigned int asked; // in this second
};

// The one that runs; NULL: there is no broker.
struct topics *topics_running(void);
bool topics_is_connected(const struct topics *t);

// Tells clients of the node, now or with the next turn, when they do not know it as it is.
void topics_show(struct topics *t, const struct spin_node *n);
// A message on SPIN/traffic, after the nodes that were shown.  Takes the text.
void topics_hold(struct topics *t, struct json *j);
void topics_publish(struct topics *t, const char *topic, const char *text, size_t length);
