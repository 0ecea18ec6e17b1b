// SPDX-License-Identifier: BSD-3-Clause
// How a device looks at the broker.
//
// Shape:   `device/<id>/state`, retained, an object with the members of the API's Device that
//          change, and `internet`, ON or OFF, for switches.
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

struct core;
struct device;

void topics_device(const struct core *c, const struct device *d, struct json *j);
