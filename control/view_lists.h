// SPDX-License-Identifier: BSD-3-Clause
// The lists that name a destination, by one of its names or addresses.
//
// Shape:   the member `lists` of the schema Destination: name, what the list does, and what of the
//          destination it names.
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

struct core;
struct destination;

void view_lists(const struct core *c, const struct destination *d, struct json *j);
