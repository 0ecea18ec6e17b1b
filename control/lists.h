// SPDX-License-Identifier: BSD-3-Clause
// Keeping the dataplane's lists as the files say: read, compiled and written in a thread of their
// own, handed over from the loop.
//
// Shape:   the files are looked at every two seconds, and at lists_reload; what changed makes a new
//          image of all of them.  While one cannot be read, the lists stay as they were.
// Threads: the core thread, but for what the one worker here does behind lists.c.
// Errors:  findings are logged; lists_message tells what is wrong now, empty when nothing is.

#pragma once

#include "control/lists_config.h"
#include "platform/wire.h"

struct dplink;
struct ev_loop;
struct lists;

// The configuration and the state directory's name stay the caller's.
int lists_start(
	struct ev_loop *loop,
	const struct lists_config *config,
	const char *state_dir,
	struct dplink *link,
	struct lists **ret
);
void lists_stop(struct lists *l);

void lists_up(struct lists *l); // the link came up: hand over what there is
void lists_acked(struct lists *l, const struct wire_rules_ack *ack);
void lists_reload(struct lists *l); // look at the files now
void lists_message(const struct lists *l, char ret[256]);
