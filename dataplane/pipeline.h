// SPDX-License-Identifier: BSD-3-Clause
// The ordered list of stages: the way of a packet, once.
//
// Shape:   a stage is `void stage_x(struct worker *w, struct batch *b)` in stage_x.c.
// Threads: a worker's own; the policy is read once per batch and is the same for all its packets.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/worker.h"

#include <rte_branch_prediction.h>

#define PIPELINE_INNER(X)                                                                          \
	X(parse)                                                                                   \
	X(device) X(flow) X(inspect) X(judge) X(answer) X(limit) X(account) X(mirror) X(forward)
#define PIPELINE(X) X(rx) PIPELINE_INNER(X) X(tx)

#define X(name) void stage_##name(struct worker *w, struct batch *b);
PIPELINE(X)
#undef X

enum stage {
#define X(name) STAGE_##name,
	PIPELINE(X)
#undef X
};

// A stage that is off is not called, so that it costs one test a batch.
static inline bool
stage_is_on(const struct worker *w, enum stage s) {
	return s != STAGE_mirror || unlikely(w->mirror != NULL);
}

// When a batch that went through stage_mirror has left, control may see it.
void mirror_seal(struct worker *w, const struct batch *b);

// parse to forward, on a batch whose n, pkt, time, length and port were filled by hand.  What is
// to be sent waits in w->tx afterwards: stage_tx or worker_tx_drop takes it from there.
void pipeline_run(struct worker *w, struct batch *b);

// For stage_forward: the dropped frame i becomes its answer and is staged to where it came from.
// False: there is none, and the frame is to be freed.
bool originate(struct worker *w, struct batch *b, unsigned int i);

// One whole turn: rx, the stages (when anything came), tx.  Returns the packets received.
static inline unsigned int
pipeline_turn(struct worker *w, struct batch *b) {
	b->n = 0;
	stage_rx(w, b);
	if (b->n == 0)
		return 0;
	pipeline_run(w, b);
	stage_tx(w, b);
	if (stage_is_on(w, STAGE_mirror))
		mirror_seal(w, b);
	return b->n;
}
