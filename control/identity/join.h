// SPDX-License-Identifier: BSD-3-Clause
// Several MACs that a person said are one device: a phone that makes up an address for each
// network, a laptop by cable and by Wi-Fi.
//
// Shape:   one of them is the whole: its name, kind, profile, limits and rules are those of all,
//          and what any of them does is counted in its links.  Each stays a station of its own
//          beneath, with its MAC, facts, names it resolved and counters; its own rules sleep
//          meanwhile.  Nothing is joined more than one level deep.
// Threads: the core thread.
// Errors:  without memory a station's share of a link is forgotten.

#pragma once

#include "control/traffic.h"

#include <stdbool.h>
#include <stdint.h>

struct device;
struct state;

// The device that a station belongs to; itself when it was not joined.
struct device *join_whole(const struct state *s, const struct device *d);
bool join_is_part(const struct state *s, const struct device *d);
bool join_has_parts(const struct state *s, const struct device *d);
// The stations of a whole, itself first: for (x = d; x; x = join_next(s, d, x)).
struct device *join_next(const struct state *s, const struct device *whole, const struct device *d);

// What all stations of a whole did together.
struct join_sum {
	struct traffic sum;
	uint64_t first_seen_ns;
	uint64_t last_seen_ns;
	uint64_t rate_out;
	uint64_t rate_in;
	bool online;
};
struct join_sum join_sum(const struct state *s, const struct device *whole, uint64_t now_ns);

// Puts the station under the whole, or makes it a device of its own again (0).
void join_set(struct state *s, struct device *d, uint64_t whole);
