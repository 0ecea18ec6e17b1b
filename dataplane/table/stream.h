// SPDX-License-Identifier: BSD-3-Clause
// Stream table: the first bytes of a message that came in pieces, put in order.
//
// Shape:   eight streams a bucket, keyed by (flow number, its serial, sending end), the oldest
//          gives way.  A stream has room for 16 KiB from `base` on and at most eight pieces beyond
//          a hole.  What came first stays: a later piece never changes it.
// Units:   positions are TCP sequence numbers, or offsets of a QUIC CRYPTO stream; both wrap.
// Threads: its own worker only.
// Errors:  none: what has no place is not kept, and the caller does not see a message.
// Source:  RFC 9293 3.4; RFC 9000 2.2 for offsets.

#pragma once

#include "dataplane/table/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_ROOM 16384u
#define STREAM_PIECES 8
#define STREAM_NOTE 24

struct stream_table;

struct stream_key {
	uint32_t flow;
	uint32_t serial;
	uint32_t end;
};

struct stream_piece {
	uint16_t from, to; // offsets from base
};

struct stream {
	struct stream_key key;
	uint32_t base; // position of bytes[0]
	uint32_t have; // bytes in order
	uint32_t used; // when it was last asked for; 0: free
	uint32_t pieces;
	struct stream_piece piece[STREAM_PIECES]; // behind `have`, in order, apart from each other
	uint8_t note[STREAM_NOTE]; // the caller's
	uint8_t *bytes;
};

struct stream_table *stream_table_new(uint32_t streams);
void stream_table_free(struct stream_table *t);

struct stream *stream_find(struct stream_table *t, const struct stream_key *key);
// A new, empty one: the caller has looked that there is none.
struct stream *stream_make(struct stream_table *t, const struct stream_key *key, uint32_t base);
void stream_drop(struct stream *s);

// Puts bytes in their place, as far as `room` (at most STREAM_ROOM) goes.  False: nothing was kept,
// because they lie behind the room or too many pieces wait already.
bool stream_add(struct stream *s, uint32_t at, const uint8_t *bytes, size_t length, uint32_t room);
// Takes `length` bytes from the front, whether they have come or not.
void stream_take(struct stream *s, uint32_t length);
