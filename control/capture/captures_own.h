// SPDX-License-Identifier: BSD-3-Clause
// What captures.c, captures_run.c and captures_read.c share.  Nobody else includes this.

#pragma once

#include "control/capture/captures.h"
#include "control/capture/drain.h"

struct watcher {
	struct capture *capture;
	captures_watch_fn *fn;
	void *context;
	LIST_ENTRY(watcher) next;
};

struct mover {
	void (*moved)(void *context);
	void *context;
};

struct captures {
	struct core *core;
	const char *state_dir;
	struct capture_worker *worker;
	struct drain *drain;
	TAILQ_HEAD(capture_list, capture) all; // oldest first
	LIST_HEAD(, watcher) watchers;
	LIST_HEAD(, capture_reading) readings;
	struct mover mover; // live streams
	struct capture_refusal refusal;
	bool stopping;
};

// captures_run.c
void captures_set_phase(struct captures *s, struct capture *c, enum capture_phase phase);
void captures_finish(struct captures *s, struct capture *c, enum capture_end_reason why);
void captures_forget(struct captures *s, struct capture *c); // the file is gone, or never was
void captures_prepare(struct captures *s, struct capture *c);
void captures_repair(struct captures *s, struct capture *c);
void captures_again(struct captures *s, struct capture *c); // each second
void captures_look(struct captures *s); // something moved in the capture thread

// captures_read.c
void captures_readings_moved(struct captures *s);
