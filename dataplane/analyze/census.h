// SPDX-License-Identifier: BSD-3-Clause
// Who is in the captures: every station with what it sent and the addresses it used, and which of
// them are the home's devices.
//
// Shape:   filled frame by frame in a pass of its own before the stages run, because a frame's port
//          is its sender's side, and that may be told by a later frame.
// Errors:  census_add returns false when memory runs out.

#pragma once

#include "dataplane/analyze/capture.h"
#include "dataplane/analyze/map.h"
#include "dataplane/analyze/options.h"

struct station_seen {
	uint8_t mac[6];
	bool at_home; // sends, or announces, an address of the home
	uint8_t foreign; // different other sources, counted up to two: then it is a router
	uint64_t frames;
	uint64_t bytes; // delivered
	ns_t first;
	ns_t last;
};

struct address_seen {
	uint32_t station; // number
	uint8_t family;
	uint8_t address[16];
};

struct census {
	uint64_t frames;
	uint64_t bytes; // delivered
	bool sorted;
	uint32_t stations_n;
	struct station_seen *station;
	size_t stations_room;
	uint32_t addresses_n;
	struct address_seen *address;
	size_t addresses_room;
	struct map by_mac;
	struct map by_address; // (station, family, address)
};

bool census_add(struct census *c, const struct options *o, const struct frame *f);
void census_free(struct census *c);
const struct station_seen *census_find(const struct census *c, const uint8_t mac[6]);
bool census_is_device(const struct station_seen *s);
// Stations by MAC, addresses by station, family and bytes; nothing is added after it.
void census_sort(struct census *c);
// The addresses of a station in a sorted census: a run of *ret_n.
const struct address_seen *
census_addresses(const struct census *c, uint32_t station, uint32_t *ret_n);
