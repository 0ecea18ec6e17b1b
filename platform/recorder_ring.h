// SPDX-License-Identifier: BSD-3-Clause
// The flight recorder: the newest headers of each device, in memory that both processes map.
//
// Shape:   a memfd made by control (seals SHRINK, GROW, SEAL): a lane's head for each device that
//          is recorded, then each lane's slots, all of one size.  Nobody takes records out: the
//          newest overwrites the oldest, so it costs control nothing until somebody asks.
// Units:   `head` counts the records ever written; record i lies in slot i % slots.
// Threads: a lane is written by one worker, which moves `head` when its batch has left.  Control
//          copies the slots and looks at `head` again: record i is whole where
//          i + slots >= head + RECORDER_AHEAD, if the owner is the same.
// Errors:  none.

#pragma once

#include "platform/capture_ring.h"

#define RECORDER_LANES_MAX 512
#define RECORDER_SLOTS_MIN 256
#define RECORDER_AHEAD 64 // records that may be written before `head` tells of them: two batches
#define RECORDER_SLOTS_MAX 65536
#define RECORDER_SLOT 160u // a capture_record and RECORDER_FRAME bytes
#define RECORDER_FRAME (RECORDER_SLOT - sizeof(struct capture_record))

struct recorder_lane {
	_Atomic uint64_t head;
	_Atomic uint64_t owner; // the MAC's six bytes in memory order, then zeros; 0: nobody
	_Atomic uint64_t last_ns;
	uint64_t pad[5];
};

_Static_assert(sizeof(struct recorder_lane) == 64, "a line a lane");

static inline bool
recorder_fits(uint32_t lanes, uint32_t slots) {
	return lanes >= 1 && lanes <= RECORDER_LANES_MAX && slots >= RECORDER_SLOTS_MIN
		&& slots <= RECORDER_SLOTS_MAX;
}

static inline size_t
recorder_size(uint32_t lanes, uint32_t slots) {
	return (size_t)lanes * (sizeof(struct recorder_lane) + (size_t)slots * RECORDER_SLOT);
}

static inline struct recorder_lane *
recorder_lane(void *at, uint32_t lane) {
	return (struct recorder_lane *)at + lane;
}

static inline uint8_t *
recorder_slot(void *at, uint32_t lanes, uint32_t slots, uint32_t lane, uint64_t record) {
	return (uint8_t *)at + (size_t)lanes * sizeof(struct recorder_lane)
		+ ((size_t)lane * slots + record % slots) * RECORDER_SLOT;
}
