// SPDX-License-Identifier: BSD-3-Clause
// Counted packets and bytes, seen from the device, and how fast they go.
//
// Units:   bytes are frame lengths; a rate is bytes per second, averaged over about five seconds.

#pragma once

#include "platform/base.h"

struct traffic {
	uint64_t packets_out;
	uint64_t bytes_out;
	uint64_t packets_in;
	uint64_t bytes_in;
	uint64_t dropped; // of those packets
};

#define RATE_NEW_NS (5 * NS_PER_S) // what is older when it is first heard of has no speed

struct rate {
	double value;
	uint64_t at_ns; // wall
};

void traffic_add(struct traffic *t, const struct traffic *more);
// What was counted since `before`; a counter that went back counts as new.
struct traffic traffic_since(const struct traffic *now, const struct traffic *before);

void rate_add(struct rate *r, uint64_t bytes, uint64_t now_ns);
uint64_t rate_read(const struct rate *r, uint64_t now_ns);
