// SPDX-License-Identifier: BSD-3-Clause
// What the files of this folder share of the analyses.
//
// Threads: the core thread.

#pragma once

#include "control/analyses/analyses.h"
#include "control/child.h"
#include "control/core.h"

#include <ev.h>

struct analysis {
	uint64_t id;
	struct analyses *all;
	enum analysis_state state;
	struct analysis_wish wish;
	uint64_t received;
	uint64_t created_ns, touched_ns;
	int fd; // of the file; -1 when it was read
	char path[CONFIG_PATH + 40];
	bool writing; // a part is with the store thread
	char error[256]; // also when it is ready, but the capture was cut short

	// run.c
	struct child child;
	int lines_fd; // what the program found; -1: it does not run
	struct ev_io readable;
	bool broken; // a line was none of ours
	bool child_ended;
	int code;
	bool late;
	char *line;
	size_t length;
	struct fill fill;
	struct core *result;
};

struct analyses {
	struct core *core;
	char folder[CONFIG_PATH + 16];
	struct analysis *one[ANALYSES_MAX];
	size_t count;
};

// run.c: begins the next one that waits, if none runs; ends one; drops what it found.
void analyses_next(struct analyses *all);
void analysis_stop(struct analysis *a);
void analysis_forget_result(struct analysis *a);
