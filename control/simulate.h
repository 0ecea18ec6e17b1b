// SPDX-License-Identifier: BSD-3-Clause
// What a rule that nobody made yet would have changed: the flows that control holds, judged once by
// the rules that are and once by those that would be.
//
// Shape:   the schema Simulation of openapi.yaml: device by device and destination by destination,
//          what would be stopped now and what would pass.
// Units:   window_ns: how long ago a flow may have been seen last.
// Threads: the core thread.
// Errors:  -ENOMEM; -E2BIG: the rules would not fit into an image.

#pragma once

#include "control/rule_spec.h"
#include "platform/json_write.h"

struct core;

int simulate(struct core *c, const struct rule_spec *draft, uint64_t window_ns, struct json *j);

struct history_answer;
// The same of what the history has, by device, destination and service.
int simulate_past(
	struct core *c,
	const struct rule_spec *draft,
	const struct history_answer *rows,
	struct json *j
);
// The image that is, and the one that there would be; the caller frees what there is of both.
int
simulate_compile(struct core *c, const struct rule_spec *draft, void **ret_now, void **ret_then);
