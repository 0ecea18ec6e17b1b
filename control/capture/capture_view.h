// SPDX-License-Identifier: BSD-3-Clause
// A capture as it looks from outside: the schema Capture of openapi.yaml.
//
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

struct capture;
struct state;

void capture_view(const struct state *s, const struct capture *c, struct json *j);
