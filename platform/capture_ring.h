// SPDX-License-Identifier: BSD-3-Clause
// Captured frames on their way from the workers to control: memory that both processes map, one
// lane a worker, so that a hundred thousand frames a second cost neither side a system call.
//
// Shape:   a memfd made by control (seals SHRINK, GROW, SEAL) of capture_ring_size() bytes: one
//          page for each lane's positions and counts, then each lane's data, a ring of records.
//          A record never wraps: what is left before the end is filled by one without frame.
// Units:   positions are bytes since the beginning and only grow; time as the dataplane counts.
// Threads: one writer and one reader a lane; each owns its own position and believes the other's
//          only within the ring: the memory belongs to the other process, too.
// Errors:  capture_put returns NULL when the lane is full; capture_take says -EPROTO when the
//          records contradict themselves.

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAPTURE_LANES_MAX 8
#define CAPTURE_LANE_MIN (64u << 10)
#define CAPTURE_LANE_MAX (64u << 20)
#define CAPTURE_PORTS 8
#define CAPTURE_PAGE 4096u
#define CAPTURE_SNAPLEN_MAX 65535u

enum capture_direction {
	CAPTURE_DIRECTION_UNKNOWN, // both ends are of the home
	CAPTURE_INBOUND, // to the device that is captured, or from the WAN
	CAPTURE_OUTBOUND,
};

struct capture_record {
	uint32_t size; // of the record with its padding, a multiple of 8
	uint32_t captured; // bytes of the frame that follow; 0 and no length: nothing but room
	uint32_t length; // of the frame on the wire
	uint8_t port; // it came in by
	uint8_t direction; // enum capture_direction
	uint8_t reason; // enum reason: why it was dropped, or none
	uint8_t pad;
	uint64_t time_ns;
};

struct capture_lane {
	_Atomic uint64_t head; // written: the worker
	uint64_t pad[7];
	_Atomic uint64_t tail; // written: control
	uint64_t pad2[7];
	// Written: the worker.  Frames that the capture wanted, by the port they came in by.
	_Atomic uint64_t taken[CAPTURE_PORTS];
	_Atomic uint64_t lost[CAPTURE_PORTS]; // the lane was full
};

_Static_assert(sizeof(struct capture_record) == 24, "shared between two programs");
_Static_assert(sizeof(struct capture_lane) <= CAPTURE_PAGE, "one page a lane");

static inline size_t
capture_ring_size(uint32_t lanes, uint32_t lane_bytes) {
	return (size_t)lanes * (CAPTURE_PAGE + (size_t)lane_bytes);
}

static inline struct capture_lane *
capture_ring_lane(void *ring, uint32_t lane) {
	return (struct capture_lane *)(void *)((uint8_t *)ring + (size_t)lane * CAPTURE_PAGE);
}

static inline uint8_t *
capture_ring_data(void *ring, uint32_t lanes, uint32_t lane_bytes, uint32_t lane) {
	return (uint8_t *)ring + (size_t)lanes * CAPTURE_PAGE + (size_t)lane * lane_bytes;
}

// Lanes and their size are in bounds, and the size a power of two.
bool capture_ring_fits(uint32_t lanes, uint32_t lane_bytes);

// One end of one lane.  `at` is this end's own position, published with capture_publish.
struct capture_end {
	struct capture_lane *lane;
	uint8_t *data;
	uint32_t bytes; // of data
	uint64_t at;
};

struct capture_end capture_end_of(void *ring, uint32_t lanes, uint32_t lane_bytes, uint32_t lane);

// The writer: room for a frame of `captured` bytes behind the record, or NULL.  The record is
// zero but for size and captured.  Nobody sees it before capture_publish.
struct capture_record *capture_put(struct capture_end *e, uint32_t captured);
void capture_publish(struct capture_end *e);

// The reader: 1 and a copy of the next record's head with a pointer to its frame, good until
// capture_release; 0 when there is none; -EPROTO, after which the lane is of no use.
int capture_take(struct capture_end *e, struct capture_record *ret, const uint8_t **ret_frame);
void capture_release(struct capture_end *e); // all that was taken
// The share of the lane that is full, in bytes.
uint64_t capture_waiting(const struct capture_end *e);
