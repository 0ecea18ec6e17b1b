// SPDX-License-Identifier: BSD-3-Clause
// The flight recorder's writing side: a lane for each device that sends or is sent to.
//
// Shape:   the lanes are shared out among the workers; a worker gives one to a device that it
//          sees, and takes it away again when it was silent for RECORDER_IDLE and another device
//          has none.  Devices beyond that are not recorded.
// Threads: made and freed by the main thread; a worker writes its own lanes.
// Errors:  recorder_new returns NULL with errno and a sentence.

#pragma once

#include "platform/recorder_ring.h"
#include "platform/wire.h"

struct batch;
struct recorder;
struct worker;

struct recorder *
recorder_new(int fd, const struct wire_recorder *r, unsigned int workers, const char **ret_why);
void recorder_free(struct recorder *r); // takes NULL

// Frame i of the batch, as `length` bytes, in the lanes of its two ends.
struct recorder_put {
	struct capture_record *record[2]; // NULL: that end has no lane
};
struct recorder_put recorder_write(
	struct recorder *r,
	const struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *frame,
	uint32_t length
);
// The batch has left: control may see what was written.
void recorder_seal(struct recorder *r, const struct worker *w);
