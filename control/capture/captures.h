// SPDX-License-Identifier: BSD-3-Clause
// All captures there are: those that run, and the files of those that ended.
//
// Shape:   a capture passes through the phases of capture.h: the capture thread prepares it, the
//          dataplane begins and ends it, the capture thread finishes it.  At most CAPTURES_RUNNING
//          at once, CAPTURES_KEPT files and CAPTURES_BYTES in all: the oldest make room.
// Threads: the core thread.
// Errors:  captures_begin returns NULL with errno: EBUSY, ENOTCONN (no dataplane), ENOMEM.  A
//          capture that fails later ends; one that never ran leaves no file.

#pragma once

#include "control/capture/capture.h"
#include "control/capture/worker.h"

#include <stddef.h>

#define CAPTURES_RUNNING WIRE_CAPTURES_MAX
#define CAPTURES_KEPT 64
#define CAPTURES_BYTES (4ull << 30)
#define CAPTURE_MAX_BYTES (1ull << 30)
#define CAPTURE_BYTES (256ull << 20)
#define CAPTURE_SECONDS 3600
#define CAPTURE_SECONDS_MAX 86400
#define CAPTURE_MAX_PACKETS 1000000000
#define CAPTURE_SNAPLEN_MIN 14

struct captures;
struct core;
struct wire_capture_state;

struct captures *captures_new(struct core *core);
void captures_free(struct captures *s); // ends and closes what runs

// What a person asks for.
struct capture_request {
	enum capture_kind kind;
	enum capture_format format;
	uint64_t device, destination; // ids, 0: any
	const char *filter;
	uint32_t snaplen; // 0: whole frames
	uint64_t max_bytes, max_packets, max_seconds; // 0: no limit
	bool headers_only;
	const char *who;
	uint64_t outside; // its credential, when it is not at home
	const struct capture_approval *approval; // NULL: none
	struct pipe *pipe; // live
	struct recorder_copy *recorder; // frozen; the capture takes it
};

struct capture *captures_begin(struct captures *s, const struct capture_request *r);
void captures_stop(struct captures *s, struct capture *c, enum capture_end_reason why);
void captures_remove(struct captures *s, struct capture *c); // ends it first
struct capture *captures_find(const struct captures *s, uint64_t id);
struct capture *captures_next(const struct captures *s, const struct capture *c); // NULL: first
bool capture_is_running(const struct capture *c);
// Why one that never ran did not.
struct capture_refusal {
	bool by_dataplane;
	char text[112];
};
const struct capture_refusal *captures_refusal(const struct captures *s);

// Written down, then so, then `done` is called: 0 or -errno.  -EBUSY at once while it begins or
// ends, -ENOENT when it has no file.
typedef void captures_approved_fn(void *context, int result);
int captures_approve(
	struct captures *s,
	struct capture *c,
	const struct capture_approval *a,
	captures_approved_fn *done,
	void *context
);

// Calls `fn` whenever the phase of this capture moves, and when it is removed (phase ENDED, with
// `remove`), until it returns true.
typedef bool captures_watch_fn(struct capture *c, void *context);
int captures_watch(struct captures *s, struct capture *c, captures_watch_fn *fn, void *context);
void captures_unwatch(struct captures *s, const void *context);

// Reading a file while it may still be written.  `ready` when the pipe has moved.
struct capture_reading;
struct capture_reading *captures_read(
	struct captures *s,
	struct capture *c,
	void (*ready)(void *context, int result), // result: -errno when it cannot be opened
	void *context
);
struct pipe *captures_reading_pipe(const struct capture_reading *r);
void
captures_read_end(struct captures *s, struct capture_reading *r); // `ready` is not called again
// The same call for the reader of a live capture, that looks at its pipe.
void captures_on_move(struct captures *s, void (*moved)(void *context), void *context);
void captures_kick(struct captures *s); // a pipe was read: there is room again

// What the core hears.
void captures_state(struct captures *s, const struct wire_capture_state *w);
void captures_down(struct captures *s);
void captures_second(struct captures *s);

// For who looks after all that is kept.
uint64_t captures_bytes(const struct captures *s);
unsigned int captures_count(const struct captures *s);
void captures_erase(struct captures *s, uint64_t device); // 0: of all
