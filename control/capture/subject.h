// SPDX-License-Identifier: BSD-3-Clause
// Whom a capture is about, as the dataplane is told.
//
// Shape:   all stations of a device, and all addresses of a destination: both may grow, so it is
//          written anew each second and sent when it differs.
// Threads: the core thread.

#pragma once

#include "platform/wire.h"

struct capture;
struct state;

#define SUBJECT_BYTES                                                                              \
	(sizeof(struct wire_capture) + WIRE_CAPTURE_MACS_MAX * sizeof(struct wire_capture_mac)     \
	 + 128 * sizeof(struct wire_capture_address)                                               \
	 + WIRE_CAPTURE_INSTRUCTIONS_MAX * sizeof(struct wire_capture_instruction))

// The whole CAPTURE record; returns its length.
size_t subject_write(const struct state *s, const struct capture *c, uint8_t ret[SUBJECT_BYTES]);
uint64_t subject_hash(const uint8_t *record, size_t length);
