// SPDX-License-Identifier: BSD-3-Clause
// Server-sent events: one ring of past events, and any number of readers who follow it.
//
// Shape:   a reader gets a snapshot in parts, `snapshot_end`, then deltas.  With Last-Event-ID
//          (or ?last_event_id=) that the ring still holds it goes on from there.  A reader the
//          ring has overtaken gets `gap` and a new snapshot; it slows nobody else.
//          Ids are "<epoch>-<seq>"; parts of a snapshot and `gap` carry "<epoch>-0", from which
//          nothing can be resumed, so a reader who leaves half-way starts afresh.
// Units:   times in seconds of the libev loop.
// Threads: the loop's thread.
// Errors:  too many readers: 503, of one address: 429, both with Retry-After.
// Source:  WHATWG HTML, "Server-sent events"; DESIGN 8; control-stack.md 2 for the disconnects.

#pragma once

#include "platform/json_write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_READERS_MAX 256
#define STREAM_SOURCE_MAX 32
#define STREAM_CHUNK_MAX (64 * 1024)

// The events people may choose with ?types=, and those that hold the stream together.
#define STREAM_TYPES(X)                                                                            \
	X(DEVICE, "device")                                                                        \
	X(DESTINATION, "destination")                                                              \
	X(FLOW, "flow")                                                                            \
	X(RULE, "rule")                                                                            \
	X(ALERT, "alert")                                                                          \
	X(NOTIFICATION, "notification")                                                            \
	X(AUDIT, "audit")                                                                          \
	X(PROPOSAL, "proposal")                                                                    \
	X(PROVIDER, "provider")                                                                    \
	X(STATS, "stats")                                                                          \
	X(SNAPSHOT, "snapshot")                                                                    \
	X(SNAPSHOT_END, "snapshot_end")                                                            \
	X(GAP, "gap")

enum stream_type {
#define X(name, text) STREAM_##name,
	STREAM_TYPES(X)
#undef X
	STREAM_TYPE_COUNT
};

struct ev_loop;
struct http_request;
struct stream;

// Writes the next part of a snapshot as one JSON object of at most STREAM_CHUNK_MAX bytes into `j`
// (empty when called) and moves *cursor, which starts at 0.  Returns true for a part, false when
// all parts are out and `j` is the object of `snapshot_end`.  Between two calls the state may
// change: what was published since the first call is sent after `snapshot_end`.
typedef bool (*stream_snapshot)(void *context, uint64_t *cursor, struct json *j);

struct stream_config {
	struct ev_loop *loop;
	stream_snapshot snapshot;
	void *context;
	// Who sees not all, as a number but 0; and an event as they see it: false: not at all,
	// a text in *ret, to be freed, or NULL: as it is.  Both NULL: all see all.
	unsigned int (*view)(struct http_request *r, void *context);
	bool (*rewrite
	)(void *context,
	  unsigned int view,
	  unsigned int type,
	  const char *json,
	  size_t length,
	  char **ret,
	  size_t *ret_length);
	// Of every event, with the word of its type; NULL: nobody is told.
	void (*told
	)(void *context, const char *type, const char *id, const char *json, size_t length);
	unsigned int ring_events; // 0: 4096
	size_t ring_bytes; // 0: 4 MiB
	unsigned int readers_max, source_max; // in all, of one address; 0: as above
	double heartbeat_s; // 0: 10
	double stall_s; // a reader that takes nothing for so long is cut; 0: 30
};

struct stream *stream_new(const struct stream_config *config);
void stream_free(struct stream *s); // ends every reader's stream

// `json` is one JSON text, copied.  Costs nothing but the ring when nobody reads.
void stream_publish(struct stream *s, enum stream_type type, const char *json, size_t length);

// The handler of GET /api/v1/events: {"GET", …, stream_handle, "streamEvents",
// "types last_event_id", the struct stream *}.
void stream_handle(struct http_request *r, void *stream);

unsigned int stream_readers(const struct stream *s);
uint64_t stream_gaps(const struct stream *s); // readers overtaken since the start
