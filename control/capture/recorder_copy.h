// SPDX-License-Identifier: BSD-3-Clause
// What the flight recorder holds now, put in the order of time.
//
// Shape:   the memory is kept as long as somebody copies from it, though the recorder has newer.
// Threads: any; a copy is made by the capture thread while the dataplane writes on.
// Errors:  the _new functions return NULL without memory.

#pragma once

#include "control/capture/format.h"
#include "platform/recorder_ring.h"

#include <stdbool.h>
#include <stdint.h>

#define RECORDER_MACS_MAX 32

struct recorder_copy;
struct recorder_memory;

struct recorder_memory *recorder_memory_new(int fd, uint32_t lanes, uint32_t slots);
void recorder_memory_free(struct recorder_memory *m); // one user less; takes NULL
// Whether any of these has a record; none given: whether anybody has.
bool recorder_memory_has(const struct recorder_memory *m, const uint64_t *macs, unsigned int n);
unsigned int recorder_memory_devices(const struct recorder_memory *m);

// To be made of these devices' lanes; without any, of all.
struct recorder_copy *
recorder_copy_new(struct recorder_memory *m, const uint64_t *macs, unsigned int n);
void recorder_copy_free(struct recorder_copy *c); // takes NULL
// Appends every frame, oldest first; `offset` turns the dataplane's clock into the wall's.
// Returns how many, or -ENOMEM.
int64_t recorder_copy_write(
	const struct recorder_copy *c,
	const struct capture_about *about,
	uint64_t offset,
	struct capture_bytes *out
);
