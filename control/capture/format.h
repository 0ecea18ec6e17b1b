// SPDX-License-Identifier: BSD-3-Clause
// Captured frames as pcap and pcapng, appended to a growing buffer.
//
// Shape:   pcapng has an interface per port, a direction and, for a dropped frame, the reason as a
//          comment; what was lost stands in interface statistics.  Classic pcap has room for none
//          of these.
// Units:   times are wall nanoseconds; the older file has microseconds.
// Threads: pure.
// Errors:  out of memory sets `failed`; later calls do nothing.
// Source:  draft-ietf-opsawg-pcapng (blocks and options), draft-ietf-opsawg-pcap.

#pragma once

#include "platform/capture_ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum capture_format {
	CAPTURE_PCAPNG,
	CAPTURE_PCAP,
};

struct capture_bytes {
	uint8_t *at;
	size_t length, size;
	bool failed;
};

// What the head of a file says.
struct capture_about {
	enum capture_format format;
	uint32_t snaplen;
	unsigned int ports;
	char port[CAPTURE_PORTS][48]; // "lan0", as the dataplane calls it
	char side[CAPTURE_PORTS][8]; // "lan"
	char filter[513]; // empty: none
	char comment[256]; // what was captured, in words
};

// Frames by the port that they came in by.
struct capture_counts {
	uint64_t taken[CAPTURE_PORTS];
	uint64_t lost[CAPTURE_PORTS];
};

#define CAPTURE_PACKET_MORE 256 // a packet takes at most so much beside its frame

void capture_write_head(struct capture_bytes *b, const struct capture_about *a);
// `lost`: frames that are missing since the one before, 0: none that we know of.
void capture_write_packet(
	struct capture_bytes *b,
	enum capture_format format,
	const struct capture_record *r,
	const uint8_t *frame,
	uint64_t wall_ns,
	uint64_t lost
);
// Nothing in a classic file.
void capture_write_counts(
	struct capture_bytes *b,
	const struct capture_about *a,
	const struct capture_counts *c,
	uint64_t began_ns,
	uint64_t now_ns
);
void capture_bytes_free(struct capture_bytes *b);
