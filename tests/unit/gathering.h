// SPDX-License-Identifier: BSD-3-Clause
// A small home as the dataplane would report it, for the tests of what control makes of it.

#pragma once

#include "control/state.h"

struct gathering {
	struct state s;
	uint64_t flows; // ids given
};

void gathering_open(struct gathering *g); // two profiles: allow-all by default, block-all
void gathering_close(struct gathering *g);

// Device n has the MAC 02:00:00:00:00:n.
struct device *gathering_device(struct gathering *g, uint8_t n);
// "www.example.org", or a chain parted by spaces: "www.shop.com edge.cdn.net".
void gathering_name(struct gathering *g, uint8_t device, const char *names, const char *address);
// A TCP flow of the device to the address; returns its id on the wire.  Told again with the same
// id it is updated.
uint64_t gathering_flow(
	struct gathering *g,
	uint64_t id,
	uint8_t device,
	const char *address,
	uint64_t packets,
	enum reason reason
);
