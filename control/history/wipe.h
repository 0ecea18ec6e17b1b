// SPDX-License-Identifier: BSD-3-Clause
// Erasing what is remembered of a device, so that it cannot be read from the file either.
//
// Threads: the core thread; the deleting is the writer's.
// Errors:  `result` and `message`; what failed was rolled back, and can be asked for again.
// Source:  SQLite, "PRAGMA secure_delete"; GDPR Art. 17.

#pragma once

#include "control/history/ask.h"
#include "control/history/history.h"
#include "control/thread.h"

struct history_wipe {
	struct thread_job job;
	uint64_t devices[ASK_DEVICES_MAX]; // ids
	size_t devices_count;
	void (*then)(struct history_wipe *w); // in the core thread; frees it
	int result;
	char message[HISTORY_MESSAGE];
	uint64_t spans; // removed
	uint64_t connections;
	uint64_t places; // that nobody else talked to
};

void history_wipe(struct history *h, struct history_wipe *w);
