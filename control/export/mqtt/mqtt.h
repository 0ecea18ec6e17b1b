// SPDX-License-Identifier: BSD-3-Clause
// The household's MQTT connection, as its users find it.
//
// Threads: the core thread.

#pragma once

#include "control/export/adapter.h"
#include "control/export/mqtt/config.h"

#define MQTT_ROOT 136 // bytes of "spin/gw-0123456789abcdef"

struct core;
struct mqtt_client;

// How every own topic of this gateway begins at that broker: prefix and name.  Returns ret.
const char *mqtt_root(const struct core *c, const struct mqtt_broker *b, char ret[MQTT_ROOT]);
// A connection as these keys say; its status is at ROOT/status.
struct mqtt_client *mqtt_connect(
	const struct core *c,
	const struct mqtt_broker *b,
	const char *root,
	char ret_error[EXPORT_ERROR]
);
// That as the name of an object of Home Assistant.
void mqtt_object(const char *root, char ret[MQTT_ROOT]);
