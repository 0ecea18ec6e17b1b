// SPDX-License-Identifier: BSD-3-Clause
// The memory of the home: who talked to whom, how much, for 400 days, in history.db.
//
// Shape:   the core's counts are taken as they come, gathered for ten seconds, and handed to the
//          writer's thread; one batch is under way at a time.  What cannot be written stays in the
//          batch and is tried again, what comes meanwhile is gathered, in bounds: the sums stay
//          right, the times of the pause grow coarse.  Questions go to a reader's thread with a
//          connection of its own.
// Units:   wall nanoseconds; bytes are frame lengths.
// Threads: the core thread; history_start before the loop runs.
// Errors:  a history that cannot be opened is paused, nothing else is: forwarding, rules and names
//          do not wait for it.  history_message says so.
// Source:  DESIGN 1 (one count), 4; reference/ecosystem.md 1 row 15, 5.10.

#pragma once

#include "control/history/config.h"
#include "platform/json_write.h"

#include <stddef.h>

struct core;
struct device;
struct ev_loop;
struct flow;
struct history;
struct traffic;

int history_start(
	struct ev_loop *loop,
	struct core *c,
	const struct history_config *config,
	const char *state_dir,
	struct history **ret
);
// Writes what was gathered, then ends.  NULL is nothing, here and below.
void history_stop(struct history *h);
void history_second(struct history *h);
// The dataplane that reports from now on, by its boot id; after the state forgot another's flows.
void history_run(struct history *h, uint64_t run);

uint32_t history_service(const struct flow *f); // protocol << 16 | the far port
void history_see_flow(struct history *h, struct flow *f);
void history_see_device(struct history *h, struct device *d, const struct traffic *now);
void history_flow_closed(struct history *h, struct flow *f);
// Control holds it no more, although it may go on.
void history_flow_gone(struct history *h, struct flow *f);

struct destination;
// All that the device did with the one belongs to the other.
void history_move(
	struct history *h,
	const struct device *d,
	const struct destination *from,
	const struct destination *to
);
// The privacy level of a device: its own, or the home's.  NULL: nothing is remembered.
unsigned int history_level(const struct history *h, const struct device *d);
struct history_figures {
	bool ok;
	uint64_t bytes, bytes_max, connections_lost;
};
void history_figures(const struct history *h, struct history_figures *ret);
// A sentence while it is paused; else empty.
void history_message(const struct history *h, char ret[256]);
// The object of health and of the inventory.
void history_write_status(const struct history *h, struct json *j);
