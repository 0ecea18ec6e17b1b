// SPDX-License-Identifier: BSD-3-Clause
// What the files of control/export/ubus/ share: the adapter that runs.
//
// Threads: the core thread.

#pragma once

#include "control/export/adapter.h"
#include "control/export/ubus/helper.h"
#include "control/id.h"

#include <sys/queue.h>

struct ubus_call;

struct ubus {
	struct core *core;
	struct helper helper;
	bool ready; // ubusd has our object
	LIST_HEAD(, ubus_call) calls;
	unsigned int calls_count;
	uint64_t sent, lost, contact_ns;
	uint64_t begun_ns, asked_ns; // monotonic: the helper, and a ping that waits; 0: none
	uint64_t retry_ns; // monotonic; 0: never
	unsigned int retry_s;
	char message[EXPORT_ERROR]; // why it does not work; empty: it does
	char told_rule[ID_TEXT]; // of the last spin.block
	int64_t told_generation;
	export_done tested; // NULL: no trial runs
	void *tested_context;
};
