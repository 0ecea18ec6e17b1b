// SPDX-License-Identifier: BSD-3-Clause
// Where in the home's cabling the bridge stands, told by who sends what from which side: between
// devices and router as it should, the wrong way round, or outside of the household's router.
//
// Shape:   a worker gathers counts and a few senders of each side; the sum over workers, less what
//          was there a window ago, is judged.  Only addresses that are private in themselves say
//          that they are the home's, so that what cannot be told is not told.
// Units:   counters are cumulative; times as in batch.h.
// Threads: gathering: one writer, words that others read relaxed; judging: pure.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define POSITION_SENDERS 8

enum position_side {
	POSITION_LAN,
	POSITION_WAN,
	POSITION_SIDES,
};

enum position_verdict {
	POSITION_NORMAL, // or nothing speaks against it
	POSITION_SWAPPED,
	POSITION_OUTSIDE_PPPOE, // the one LAN station dials in by itself
	POSITION_OUTSIDE_PUBLIC, // it hides others behind a public address
	POSITION_OUTSIDE_PRIVATE, // behind a private one: a router behind a router
};

struct position_sender {
	uint64_t mac; // 0: none
	uint64_t seen_ns;
};

struct position_counts {
	uint64_t out; // new flows of private addresses to public ones
	uint64_t servers; // DHCP offers and router advertisements
	uint64_t pppoe; // new flows in PPPoE sessions
	uint64_t hidden[2]; // new flows to public addresses whose TTL was 64 or 128 a hop ago
	uint64_t hidden_public; // those of them from a public address
};

struct position {
	struct position_counts side[POSITION_SIDES];
	struct position_sender sender[POSITION_SIDES][POSITION_SENDERS]; // of anything
	struct position_sender private_out[POSITION_SIDES][POSITION_SENDERS]; // of `out`
};

// One new flow as its first packet shows it.
struct position_flow {
	uint8_t mac[6];
	uint8_t family;
	uint8_t hops; // TTL or hop limit
	bool pppoe;
	const uint8_t *source; // 16 bytes each
	const uint8_t *target;
};

void position_saw_flow(
	struct position *p,
	enum position_side side,
	const struct position_flow *f,
	uint64_t now_ns
);
void position_saw_server(struct position *p, enum position_side side);

// What was seen since a moment: `now` is the sum of the workers then, `before` the one at that
// moment; senders count that were seen after it.
struct position_window {
	struct position_counts side[POSITION_SIDES];
	uint64_t age_ns; // since that moment
	unsigned int senders[POSITION_SIDES];
	unsigned int private_out[POSITION_SIDES];
};

void position_add(struct position_counts sum[POSITION_SIDES], const struct position *p);
void position_since(
	const struct position_counts now[POSITION_SIDES],
	const struct position_counts before[POSITION_SIDES],
	struct position_window *ret
);
// How many senders there are in the lists of all workers, each MAC once.
unsigned int position_senders(
	const struct position_sender *const lists[],
	unsigned int lists_n,
	uint64_t since_ns
);
enum position_verdict position_judge(const struct position_window *w);
// The home's devices do begin their connections on the LAN side: whatever was wrong is put right.
bool position_is_proven(const struct position_window *w);
// What is seen and what to do, for a person; NULL for POSITION_NORMAL.
const char *position_text(enum position_verdict v);
