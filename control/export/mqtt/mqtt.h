// SPDX-License-Identifier: BSD-3-Clause
// The household's MQTT connection, as its users find it.
//
// Threads: the core thread.

#pragma once

#include "control/export/mqtt/config.h"

#define MQTT_ROOT 136 // bytes of "spin/gw-0123456789abcdef"

struct core;

// How every own topic of this gateway begins: prefix and name.  Returns ret.
const char *mqtt_root(const struct core *c, const struct mqtt_config *m, char ret[MQTT_ROOT]);
// That as the name of an object of Home Assistant.
void mqtt_object(const char *root, char ret[MQTT_ROOT]);
