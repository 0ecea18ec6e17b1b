// SPDX-License-Identifier: BSD-3-Clause
// Between the files of the event stream.  Nobody else includes this.

#pragma once

#include "control/http/chunk.h"
#include "control/http/push.h"
#include "control/http/ring.h"
#include "control/http/stream.h"

#include <ev.h>

#define STREAM_SOURCE_BYTES 48

enum phase {
	PHASE_SNAPSHOT,
	PHASE_LIVE,
};

struct reader {
	struct stream *stream;
	struct reader *next;
	struct push *push;
	uint64_t types; // a bit each
	unsigned int view; // 0: all of it
	bool lines; // of JSON, rather than server-sent events
	uint64_t next_number; // the next event it has not had
	enum phase phase;
	uint64_t cursor; // of the snapshot
	struct chunk *sent; // in flight; NULL: ready
	double sent_at;
	char source[STREAM_SOURCE_BYTES];
};

struct stream {
	struct stream_config config;
	struct ring ring;
	struct reader *readers;
	unsigned int n_readers;
	uint64_t gaps;
	struct json part; // scratch of snapshots
	struct chunk *newest; // of the ring's end, for all who are there; NULL: none
	ev_timer heartbeat;
	ev_timer turn; // running: something was published
};

extern const char *const stream_type_names[STREAM_TYPE_COUNT];

extern const struct push_callbacks stream_callbacks; // of a reader's push
void stream_begin_snapshot(struct reader *r);
// Sends what is due unless something is in flight; `first` goes before anything else, or NULL.
void stream_serve(struct reader *r, const char *first);
