// SPDX-License-Identifier: BSD-3-Clause
// One capture: what was asked for, how far it is, and where its frames go.
//
// Shape:   into a file in the state directory's captures/, or live through a pipe to one client.
// Units:   times are wall nanoseconds.
// Threads: comments say which thread owns what; what the capture thread counts is atomic.

#pragma once

#include "control/capture/filter.h"
#include "control/capture/format.h"
#include "control/capture/pipe.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#define CAPTURE_FOLDER "captures"
#define CAPTURE_PATH 1200
#define CAPTURE_NAME 40 // "cap_0123456789abc.pcapng"

// Why a capture is over.  Rows: constant, name on every interface.
#define CAPTURE_ENDS(X)                                                                            \
	X(NONE, "")                                                                                \
	X(STOPPED, "stopped")                                                                      \
	X(MAX_PACKETS, "max_packets")                                                              \
	X(MAX_BYTES, "max_bytes")                                                                  \
	X(MAX_SECONDS, "max_seconds")                                                              \
	X(DISK_FULL, "disk_full")                                                                  \
	X(NO_ROOM, "no_room")                                                                      \
	X(DATAPLANE_LOST, "dataplane_lost")                                                        \
	X(CLIENT_LEFT, "client_left")                                                              \
	X(CONTROL_STOPPED, "control_stopped")                                                      \
	X(FAILED, "failed")

enum capture_end_reason {
#define X(id, name) CAPTURE_END_##id,
	CAPTURE_ENDS(X)
#undef X
	CAPTURE_END_COUNT
};

enum capture_kind {
	CAPTURE_KIND_FILE,
	CAPTURE_KIND_LIVE,
	CAPTURE_KIND_RECORDER,
};

enum capture_phase {
	CAPTURE_PREPARING, // by the capture thread
	CAPTURE_ASKED, // the dataplane has not answered yet
	CAPTURE_RUNNING,
	CAPTURE_ENDING, // the dataplane lets go of the ring
	CAPTURE_FINISHING, // the capture thread writes the rest
	CAPTURE_ENDED,
};

struct recorder_copy;

// The household lets those outside the home have this one as it is, payload and all.
struct capture_approval {
	uint64_t at_ns; // 0: it does not
	char by[64];
	char reader[64]; // who proposed the capture; empty: whoever may capture
};

struct capture {
	// Set by the core thread before anybody else sees it.
	uint64_t id;
	enum capture_kind kind;
	struct capture_about about;
	bool headers_only;
	uint64_t max_bytes, max_packets, max_seconds; // 0: no limit
	uint64_t device, destination; // 0: not about one
	char who[64];
	uint64_t outside; // the credential from outside the home that began it; 0: begun at home

	// The core thread's.
	enum capture_phase phase;
	enum capture_end_reason end;
	uint64_t began_ns, ended_ns;
	uint64_t began_mono_ns;
	uint64_t subject; // a hash of whom the dataplane was told it is about
	bool remove; // when it has ended
	struct capture_approval approval; // as it was written down
	unsigned int readers; // downloads under way
	TAILQ_ENTRY(capture) next;

	struct recorder_copy *recorder; // of the flight recorder: what its file is made of

	// Of the job in hand.
	struct filter filter;
	struct filter_fault fault; // why the filter is none
	int result; // 0 or -errno
	char trouble[160]; // of the disk, for a person

	// The capture thread's, once it was prepared.
	int ring_fd; // then the core's, to be sent
	void *ring;
	size_t ring_size;
	uint32_t lane_bytes;
	int file;
	uint64_t good_bytes; // of the file, up to the last whole block
	uint64_t room_bytes; // the file is so long while it is written
	struct capture_bytes out;
	struct capture_end lane[CAPTURE_LANES_MAX];
	struct pipe *pipe; // live: both threads hold it
	struct capture_counts told; // as the last statistics said
	uint64_t gone; // frames lost since the last one that was written
	uint64_t told_ns;
	uint64_t piped_before; // frames lost by the pipe, as last counted
	bool begun; // its ring is emptied
	bool closed; // takes no more
	struct capture_approval approved; // as it is to be written down
	LIST_ENTRY(capture) draining;

	// Written by the capture thread, read by all.
	_Atomic uint64_t packets; // written
	_Atomic uint64_t bytes; // of their frames, as captured
	_Atomic uint64_t file_bytes;
	_Atomic uint64_t lost; // by a full ring or a client that does not read
	_Atomic uint64_t piped_lost[CAPTURE_PORTS]; // the latter
	_Atomic int wants; // enum capture_end_reason: it is over for this reason
};

const char *capture_end_name(enum capture_end_reason e);
const char *capture_file_name(const struct capture *c, char ret[CAPTURE_NAME]);
