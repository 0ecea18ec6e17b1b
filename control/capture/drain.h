// SPDX-License-Identifier: BSD-3-Clause
// What the capture thread does with a capture: prepare it, move its frames on, finish it.
//
// Threads: the capture thread.
// Errors:  drain_prepare leaves 0 or a negative errno in the capture's result, with the fault of
//          the filter or what the disk said; later a capture that cannot go on says so in `wants`.

#pragma once

#include "control/capture/capture.h"

struct drain;
struct capture_worker;

struct drain *drain_new(const char *state_dir);
void drain_free(struct drain *d);

// Compiles the filter, opens the file, makes the ring.
void drain_prepare(struct drain *d, struct capture *c);
void drain_begin(struct drain *d, struct capture *c);
// The rest of the ring, the counts; closes everything.  Also of one that was only prepared.
void drain_finish(struct drain *d, struct capture *c);

// A file on its way to a client; the capture stays until drain_close.
struct drain_file {
	struct capture *c;
	struct pipe *pipe;
	int fd;
	uint64_t at;
	LIST_ENTRY(drain_file) next;
};
int drain_open(struct drain *d, struct drain_file *f, const char *name);
void drain_close(struct drain *d, struct drain_file *f);

// One turn; true when the core thread should look.  *ret_ms: when the next one is due.
bool drain_turn(struct drain *d, int *ret_ms);
