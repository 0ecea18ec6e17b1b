// SPDX-License-Identifier: BSD-3-Clause
// What moved in a second, as SPIN's messages: `traffic`, `blocked` and `dnsquery`.
//
// Shape:   flows are summed by their two nodes, protocol and ports; `from` began it, `size` and
//          `count` are both directions together.  At most TRAFFIC_FLOWS rows of each second are
//          told, and no more after TRAFFIC_BYTES, the rest with the next; what does not even fit
//          beyond that is counted as lost.
// Units:   bytes of frames, as everywhere in this gateway.
// Threads: the core thread.
// Source:  reference/spin.md 2.3, 2.4.

#pragma once

#include "control/export/adapter.h"
#include "control/map.h"

#define TRAFFIC_FLOWS 1000
#define TRAFFIC_BYTES (256u * 1024) // of whole nodes; numbers need half of it
#define TRAFFIC_WAITING 8192
#define TRAFFIC_BLOCKED 100 // messages a second: a scanning device does not flood anybody
#define TRAFFIC_NAMES 100

struct spin;
struct topics;

struct traffic_query {
	uint64_t from, node;
	char name[260];
};

struct traffic_gather {
	struct map counted; // of each flow, what was told
	struct map rows; // that wait
	struct traffic_query queries[TRAFFIC_NAMES];
	size_t queries_count;
};

void traffic_init(struct traffic_gather *g);
void traffic_fini(struct traffic_gather *g);
void traffic_flow(struct topics *t, struct spin *s, const struct flow *f, enum export_flow what);
void traffic_name(struct topics *t, struct spin *s, const struct wire_name *w, const char *names);
void traffic_second(struct topics *t); // tells
void traffic_drop(struct traffic_gather *g); // nobody listens
