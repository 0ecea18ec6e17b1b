// SPDX-License-Identifier: BSD-3-Clause
// The capture thread: takes frames out of rings, writes and reads files, compiles filters.
//
// Shape:   jobs run in order, between turns; a turn says in how many milliseconds it wants to be
//          called again (negative: only after a job or a kick).
// Threads: worker_submit and worker_kick: the core thread; `run` and `turn`: the capture thread;
//          `done` and `poked`: the core thread.

#pragma once

#include <sys/queue.h>

struct ev_loop;
struct capture_job;
struct capture_worker;

struct capture_job {
	void (*run)(struct capture_job *j);
	void (*done)(struct capture_job *j); // may free it
	STAILQ_ENTRY(capture_job) next;
};

struct capture_worker_events {
	int (*turn)(void *context);
	void (*poked)(void *context);
};

struct capture_worker *
worker_start(struct ev_loop *loop, const struct capture_worker_events *events, void *context);
// Runs what was submitted, then ends; every `done` is called.  Takes NULL.
void worker_stop(struct capture_worker *w);
void worker_submit(struct capture_worker *w, struct capture_job *j);
void worker_kick(struct capture_worker *w); // a turn now
void worker_poke(struct capture_worker *w); // from a turn: `poked` soon
