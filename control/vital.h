// SPDX-License-Identifier: BSD-3-Clause
// What this machine itself depends on: its default routers, and those who are logged in over ssh.
//
// Units:   addresses as in platform/wire_types.h.
// Threads: any; each call reads /proc anew.
// Errors:  what cannot be read counts as nothing.
// Source:  proc(5): /proc/net/route, ipv6_route, tcp, tcp6.

#pragma once

#include "control/rule_spec.h"

bool vital_is_router(unsigned int family, const uint8_t address[16]);
bool vital_router_within(
	const struct rule_address *a,
	bool (*covers)(const struct rule_address *a, unsigned int family, const uint8_t address[16])
);
bool vital_is_logged_in(unsigned int family, const uint8_t address[16]);
