// SPDX-License-Identifier: BSD-3-Clause
// The keys ubus.…: whether the object "spin" is offered, and where ubusd listens.
//
// Threads: the core thread.

#pragma once

#include <stdbool.h>

struct ubus_config {
	bool enabled;
	char socket[100]; // empty: where libubus was built to look
};
