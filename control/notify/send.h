// SPDX-License-Identifier: BSD-3-Clause
// One message by one delivery: the program that takes it, and what its end means.
//
// Threads: the core thread.
// Errors:  -errno when the program cannot be started.
// Source:  sysexits.h for what sendmail says with its exit code.

#pragma once

#include "control/child.h"
#include "control/notify/deliveries.h"
#include "control/notify/notice.h"

#define SEND_ERROR 256

struct core;

int send_begin(
	struct child *child,
	const struct core *c,
	const char *post, // spin-post
	const struct delivery *d,
	const struct notice *n,
	child_done done,
	void *context
);
// NULL when it went well, else why not, for a person.  `for_good`: it will never work.
const char *send_judge(
	const struct delivery *d,
	const struct child_outcome *o,
	char ret[SEND_ERROR],
	bool *for_good
);
