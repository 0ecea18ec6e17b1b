// SPDX-License-Identifier: BSD-3-Clause
// The addresses that are at home, whichever side of the bridge they are on: the household's router
// stands on the WAN side and is local all the same.
//
// Shape:   private ranges, and the networks in which devices have addresses of other kinds.
// Threads: the core thread.
// Source:  RFC 1918, 6598, 3927, 4193, 4291.

#pragma once

#include "control/rule_spec.h"

#include <stddef.h>

struct state;

#define POLICY_HOME_MAX 24

// Returns how many there are.
size_t policy_home(const struct state *s, struct rule_address ret[POLICY_HOME_MAX]);
