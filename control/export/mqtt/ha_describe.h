// SPDX-License-Identifier: BSD-3-Clause
// A device as Home Assistant is told of it: which values of its state are which entities.
//
// Shape:   a device discovery payload each: `device`, `origin`, `components`, and the topics that
//          they share; all keys in full.
// Threads: pure.
// Source:  home-assistant.io, "MQTT", Device discovery payload; sensor, switch, binary_sensor and
//          device_tracker there.

#pragma once

#include "platform/json_write.h"

struct device;
struct state;

struct ha_place {
	const struct state *state;
	const char *root; // of our topics
	const char *object; // how the names of our objects begin, and the gateway's own
	bool commands; // are obeyed
};

void
ha_describe(const struct ha_place *h, const struct device *d, const char *object, struct json *j);
void ha_describe_gateway(const struct ha_place *h, struct json *j);
