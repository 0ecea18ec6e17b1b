// SPDX-License-Identifier: BSD-3-Clause
// The flows control holds: FLOWS_MAX by newest activity; an older one is forgotten, its counts
// stay in its link.
//
// Threads: the core thread.

#pragma once

#include "control/community_id.h"
#include "control/traffic.h"
#include "platform/wire_types.h"

#include <stdbool.h>
#include <sys/queue.h>

#define FLOWS_MAX 65536

struct state;
struct device;
struct link;
struct peer;

TAILQ_HEAD(flow_list, flow);

// What exporters told of a flow; theirs to write.
struct flow_told {
	uint8_t eve_dropped; // enum reason
	bool eve_ended;
	uint64_t ipfix_packets[2], ipfix_bytes[2]; // that were told
	uint64_t ipfix_at_ns; // monotonic, when
	uint64_t ipfix_end_ns; // wall, until when; 0: nothing was
};

struct flow {
	uint64_t id;
	struct wire_flow wire; // as last reported
	uint8_t community[COMMUNITY_ID_BYTES];
	uint64_t first_seen_ns; // wall
	uint64_t last_seen_ns;
	struct device *device; // NULL when neither end is on the home's side
	struct link *link; // NULL without a device
	char *names; // it was judged by, question first, each ended by NUL; NULL: not known
	uint16_t names_length;
	uint32_t named_by; // the chain that they are
	uint8_t remote; // which end is the destination
	bool ended;
	bool changed;
	bool reported; // before
	struct traffic counted; // what of this flow stands in the link's sum
	struct traffic kept; // and in the history
	bool kept_known; // whether the history had some of it before us was asked
	bool kept_moved; // since the history was written last
	bool closed; // the history has it as such
	struct flow_told *told; // lives as long as the flow
	TAILQ_ENTRY(flow) by_age; // oldest activity first
	TAILQ_ENTRY(flow) by_birth; // oldest first
	TAILQ_ENTRY(flow) of_link;
};

// The names that flows will be judged by, as the dataplane told them: the newest FLOW_CHAINS.
#define FLOW_CHAINS 8192

struct flow_chain {
	uint32_t chain; // 0: none
	uint16_t length;
	char *names;
};

void flow_chain_note(struct state *s, uint32_t chain, const char *names, size_t length);

// One report of the dataplane: makes or updates the flow and everything it is counted in.
void flow_observe(struct state *s, const struct wire_flow *w);
// The dataplane that reported them is gone: nothing is known to go on.
void flow_end_all(struct state *s);
// Another one reports now, whose ids begin again.
void flow_forget_all(struct state *s);
void flow_forget(struct state *s, struct flow *f);
// NULL: it is not held.
const struct flow *flow_by_id(const struct state *s, uint64_t id);
// Its counters, seen from the device.
struct traffic flow_traffic(const struct flow *f);
// The name by which the station at the home's end knows the other; NULL: by none.
const struct peer *flow_peer(const struct state *s, const struct flow *f);
