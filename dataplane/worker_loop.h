// SPDX-License-Identifier: BSD-3-Clause
// The thread of one worker: turns of the pipeline, and sleep when nothing comes.
//
// Shape:   worker_loop is what an lcore runs until `stop` is set or `frames` have been received.
// Threads: `stop` and `finished` are shared, everything else is the worker's.

#pragma once

#include "dataplane/worker.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct worker_run {
	struct worker *worker;
	uint64_t frames; // received by this worker, then finish; 0: never
	atomic_bool stop; // written: main
	atomic_bool finished; // written: the worker, when it has received `frames`
	atomic_uint_fast64_t turns; // written: the worker; stands still only while it hangs
};

int worker_loop(void *run); // an lcore function
