// SPDX-License-Identifier: BSD-3-Clause
// Who uses the household's MQTT connection: its own topics, Home Assistant, the topics of the
// original SPIN.
//
// Shape:   a row of MQTT_USERS each, a constant struct of functions.  One starts when it is wanted
//          and the connection is switched on, connected or not, and stops before the connection
//          goes; what it retained is taken back then, as far as its topics are claimed
//          (mqtt_claim).  Hooks as in control/export/adapter.h; NULL: not needed.
// Threads: the core thread.

#pragma once

#include "control/export/adapter.h"

struct mqtt_client;

struct mqtt_user {
	const char *name;
	bool (*wanted)(const struct config *c);
	void *(*start)(struct core *c, struct mqtt_client *m); // NULL: out of memory
	void (*stop)(void *self);
	void (*flow)(void *self, const struct flow *f, enum export_flow what);
	void (*name_learned)(void *self, const struct wire_name *w, const char *names);
	void (*alert)(void *self, const struct state_alert *a);
	void (*flush)(void *self);
	void (*second)(void *self);
};

#define MQTT_USERS(X) X(topics) X(commands) X(homeassistant) X(spin)

#define X(name) extern const struct mqtt_user mqtt_user_##name;
MQTT_USERS(X)
#undef X
