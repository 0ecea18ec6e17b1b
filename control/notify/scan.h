// SPDX-License-Identifier: BSD-3-Clause
// A device that tries one port of many addresses, none of which lets it in.
//
// Shape:   a walk over the flows of the last SCAN_WINDOW_S, newest first, at most SCAN_FLOWS of
//          them.  What counts is TCP that passed, to an address without a name outside of the home,
//          refused at once or unanswered for SCAN_PATIENCE_S: a browser asks for names first, also
//          when the Internet is away, and peers of a file exchange each have a port of their own.
// Units:   wall nanoseconds.
// Threads: the core thread.
// Source:  Jung, Paxson, Berger, Balakrishnan: Fast Portscan Detection Using Sequential Hypothesis
//          Testing (2004): what tells a scanner is that few of its first contacts answer.

#pragma once

#include <stddef.h>
#include <stdint.h>

struct device;
struct state;

#define SCAN_WINDOW_S 300u
#define SCAN_PATIENCE_S 5u
#define SCAN_ADDRESSES 10u // of one port, to count as a scan
#define SCAN_FLOWS 8192u
#define SCANS_MAX 32u // ports of devices that one look tells apart

struct scan {
	const struct device *device;
	uint16_t port;
	size_t count; // of addresses, up to SCAN_ADDRESSES
	uint8_t addresses[SCAN_ADDRESSES][16];
};

// What scans now, into ret; how many.
size_t scan_look(const struct state *s, uint64_t now_ns, struct scan ret[SCANS_MAX]);
