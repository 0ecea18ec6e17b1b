// SPDX-License-Identifier: BSD-3-Clause
// What the files of the capture thread share.  Nobody else includes this.

#pragma once

#include "control/capture/drain.h"

// Of a pipe, for the last counts of a client that did not read.
#define DRAIN_RESERVE ((size_t)CAPTURE_PORTS * CAPTURE_PACKET_MORE)

struct drain {
	char folder[CAPTURE_PATH];
	LIST_HEAD(, capture) running;
	LIST_HEAD(, drain_file) files;
	uint64_t offset; // of the wall clock against the monotonic one
	uint64_t looked_ns; // monotonic: at the disk
	bool moved; // in this turn: the core thread should look
};

// drain_sink.c: what was formatted goes to the file or the pipe.
void drain_flush(struct capture *c);
void drain_want(struct capture *c, enum capture_end_reason why); // it takes no more
void drain_shut(struct capture *c); // lets go of all that the capture thread holds
void drain_look_at_disk(struct drain *d);
void drain_move_files(struct drain *d);
// The counts of the ring and the pipe; written to a live stream when frames were lost.
struct capture_counts drain_counts(const struct capture *c);
void drain_tell_counts(struct capture *c, bool last);
