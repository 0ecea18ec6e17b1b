// SPDX-License-Identifier: BSD-3-Clause
// A rules image on its way from the state to the compiler.
//
// Threads: the core thread.
// Errors:  policy_add_known returns a negative errno.

#pragma once

#include "control/compile.h"
#include "control/state.h"

struct policy_build {
	struct compile c;
	const struct state *s;
	uint32_t *device_rows; // by position in the state, POLICY_NO_ROW: none yet
	uint32_t *node_rows; // the same, of destinations
	bool local_added;
	bool *touched; // destinations: some rule may be about one of its names
};

uint32_t policy_limit_row(struct policy_build *b, const struct device_limits *l);
// Everything that somebody decided and that holds now, profiles' rules too.
void policy_add_rules(struct policy_build *b);
uint32_t policy_device_row(struct policy_build *b, const struct device *d);

void policy_known_touch(struct policy_build *b, const struct destination *d);
// What devices resolved before the dataplane came: after every name of the rules is in.
int policy_add_known(struct policy_build *b, const uint64_t key[2]);
