// SPDX-License-Identifier: BSD-3-Clause
// Questions on their way to the reader's thread and back.
//
// Threads: the core thread; `run` in the reader's thread, with a connection that can only read.
// Errors:  -EBUSY when too many wait already (nothing was taken, `then` is not called); else
//          `result` and `message` say what went wrong.

#pragma once

#include "control/history/ask.h"
#include "control/history/history.h"
#include "control/thread.h"

#define READER_WAITING_MAX 32

struct history_ask {
	int (*run)(struct hdb *db, struct history_ask *a);
	void (*then)(struct history_ask *a); // frees what it holds, and itself
	struct thread_job job;
	int result;
	char message[HISTORY_MESSAGE];
};

int history_ask(struct history *h, struct history_ask *a);
