// SPDX-License-Identifier: BSD-3-Clause
// A bridge without ports: frames go through the real stages, and what would be sent is looked at.
//
// Shape:   four ports: LAN, LAN, WAN, HOST.  bridge_send runs a batch of one frame and remembers
//          where it went; bridge_stage and bridge_run do the same for a batch of many.
// Threads: one bridge per program; EAL starts once.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/event.h"
#include "dataplane/worker.h"
#include "platform/wire.h"
#include "tests/unit/frame.h"

#include <stdbool.h>

enum {
	LAN,
	LAN2,
	WAN,
	HOST,
	PORTS,
};

struct bridge {
	struct shared *shared;
	struct worker *worker;
	struct batch batch;
	ns_t now;
	enum reason reason[BATCH_MAX]; // of the last batch
	uint32_t out[BATCH_MAX]; // ports each frame went to, as bits
	struct wire_flow flow; // the last flow event
	struct wire_name name; // the last name event
	char names[WIRE_CHAIN_MAX];
	unsigned int events[64]; // drained so far, by wire type
	bool changed; // some frame left with other bytes than it came with
	bool room; // set by a test: what lies behind a frame may be written to, as answers do
	struct frame sent; // the last frame that left, of bridge_send
};

// Group setup: EAL and the buffers.
int bridge_start(void **state);
int bridge_stop(void **state);

void bridge_open(struct bridge *b, const struct shared_config *s, const struct worker_config *w);
void bridge_close(struct bridge *b); // checks that the counts agree and no buffer was lost

void bridge_stage(struct bridge *b, unsigned int port, const struct frame *f);
void bridge_run(struct bridge *b);
// One frame; returns why it ended.
enum reason bridge_send(struct bridge *b, unsigned int port, const struct frame *f);
// Puts an image in force, or with NULL allows all.
struct image;
void bridge_policy(struct bridge *b, const struct image *i);
// Takes all events; the last of each kind stays in b.
void bridge_drain(struct bridge *b);
// Sweeps once around at b->now.
void bridge_sweep(struct bridge *b);
