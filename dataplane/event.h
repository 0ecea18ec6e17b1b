// SPDX-License-Identifier: BSD-3-Clause
// What a worker has to say, on its way to the main thread: a ring of records of any size.
//
// Shape:   one producer, one consumer, a power of two of bytes; a record is an event head and
//          its payload, contiguous and 8-aligned.  The payload is the wire record of `type`
//          (WIRE_FLOW: struct wire_flow and so on; WIRE_NAME: struct wire_name and its padded
//          text; WIRE_SNAPSHOT_END: uint64_t, the snapshot asked for).
// Threads: event_reserve, event_commit: the worker.  event_peek, event_next: one other thread.
// Errors:  event_reserve returns NULL when the ring is full; nobody waits.  The caller counts.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
	uint32_t type; // enum wire_type
	uint32_t size; // bytes of payload
	uint64_t payload[];
};

struct event_ring;

struct event_ring *event_ring_new(size_t bytes); // rounded up to a power of two
void event_ring_free(struct event_ring *r);

// A zeroed payload of `size` bytes, seen by the consumer after event_commit; one at a time.
void *event_reserve(struct event_ring *r, uint32_t type, size_t size);
void event_commit(struct event_ring *r);

// The oldest record, or NULL; event_next gives it back.
const struct event *event_peek(struct event_ring *r);
void event_next(struct event_ring *r);

// An eighth of the ring is free, as far as the producer knows: what comes in floods leaves the rest
// to others.
bool event_has_room(const struct event_ring *r);
// Asks how far the consumer is: a line that moves between cores.
void event_look(struct event_ring *r);
