// SPDX-License-Identifier: BSD-3-Clause
// The flight recorder: what each device did last, at hand when somebody wants to know.
//
// Shape:   off unless `flight_recorder` in spin.yaml switches it on.  The dataplane writes the
//          headers of the newest frames of each device into memory that control made; nothing is
//          read until an alert or a person freezes it, which makes a capture of it.
// Threads: the core thread; recorder_copy: the capture thread.
// Errors:  recorder_freeze returns NULL with errno: ENOTSUP (it is off), ENOENT (it has seen
//          nothing of this device), EBUSY, ENOMEM.

#pragma once

#include "platform/json_write.h"
#include "platform/recorder_ring.h"

#include <stdbool.h>
#include <stdint.h>

struct capture;
struct core;
struct device;
struct recorder;

// Together at most 64 MiB.
#define RECORDER_PACKETS_MAX 4096
#define RECORDER_DEVICES_MAX 100

struct recorder_config {
	bool on;
	uint64_t packets; // of a device
	uint64_t devices;
};

struct recorder *recorder_new(struct core *c, const struct recorder_config *config);
void recorder_free(struct recorder *r);
void recorder_up(struct recorder *r); // the dataplane is there: it gets fresh memory

// What is there of this device (NULL: of all), as a capture; `who` froze it, with the
// credential `outside` when that is not at home.
struct capture *
recorder_freeze(struct recorder *r, const struct device *d, const char *who, uint64_t outside);
void recorder_second(struct recorder *r); // freezes when people are warned of something

// A member "flight_recorder" for the health: null while it is off.
void recorder_view(const struct recorder *r, struct json *j);
