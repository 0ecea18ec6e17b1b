// SPDX-License-Identifier: BSD-3-Clause
// Every DRAIN_MS what the rings hold is written on, oldest frame first over all lanes.  A client
// that does not read costs its pipe, and then its own frames.

#include "control/capture/drain_own.h"
#include "control/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define DRAIN_MS 5
#define FLUSH_BYTES (768u << 10)
#define JUMP_NS NS_PER_MS // the wall clock moved against the monotonic one
#define LOOK_NS NS_PER_S

struct drain *
drain_new(const char *state_dir) {
	struct drain *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	snprintf(d->folder, sizeof d->folder, "%.1000s/" CAPTURE_FOLDER, state_dir);
	LIST_INIT(&d->running);
	LIST_INIT(&d->files);
	return d;
}

void
drain_free(struct drain *d) {
	free(d);
}

static uint64_t
wall_of(struct drain *d, uint64_t mono_ns) {
	return mono_ns + d->offset;
}

// The clocks are compared once a turn, so that two frames never change places.
static void
look_at_clocks(struct drain *d) {
	uint64_t offset = clock_wall_ns() - clock_mono_ns();
	int64_t moved = (int64_t)(offset - d->offset);

	if (moved > (int64_t)JUMP_NS || moved < -(int64_t)JUMP_NS)
		d->offset = offset;
}

// What comes after the limit is left out, though it was taken.
static bool
fits(struct capture *c, const struct capture_record *r) {
	uint64_t file = atomic_load_explicit(&c->file_bytes, memory_order_relaxed);
	uint64_t after = file + c->out.length + r->captured + CAPTURE_PACKET_MORE;

	if (c->max_bytes && after > c->max_bytes)
		drain_want(c, CAPTURE_END_MAX_BYTES);
	return !c->closed;
}

static void
count(struct capture *c, const struct capture_record *r) {
	uint64_t n = atomic_fetch_add_explicit(&c->packets, 1, memory_order_relaxed) + 1;

	atomic_fetch_add_explicit(&c->bytes, r->captured, memory_order_relaxed);
	if (n == c->max_packets)
		drain_want(c, CAPTURE_END_MAX_PACKETS);
}

static void
write_one(
	struct drain *d,
	struct capture *c,
	const struct capture_record *r,
	const uint8_t *frame
) {
	if (c->closed || !fits(c, r))
		return;
	size_t want = c->out.length + r->captured + CAPTURE_PACKET_MORE + DRAIN_RESERVE;
	if (c->pipe && pipe_room(c->pipe) < want) {
		atomic_fetch_add_explicit(&c->piped_lost[r->port], 1, memory_order_relaxed);
		c->gone++;
		return;
	}
	capture_write_packet(&c->out, c->about.format, r, frame, wall_of(d, r->time_ns), c->gone);
	c->gone = 0;
	count(c, r);
	if (c->out.length >= FLUSH_BYTES)
		drain_flush(c);
}

struct hand {
	int state; // 1: a record is in hand
	struct capture_record record;
	const uint8_t *frame;
};

// The lane's record was written; room is given back in good pieces.
static void
let_go(struct capture *c, unsigned int lane) {
	struct capture_end *e = &c->lane[lane];

	if (e->at - atomic_load_explicit(&e->lane->tail, memory_order_relaxed) > c->lane_bytes / 8)
		capture_release(e);
}

// Everything the lanes hold now, in the order of time.
static void
empty_ring(struct drain *d, struct capture *c) {
	struct hand hand[CAPTURE_LANES_MAX] = {0};

	for (;;) {
		int first = -1;
		for (int i = 0; i < CAPTURE_LANES_MAX; i++) {
			struct hand *h = &hand[i];
			if (h->state == 0)
				h->state = capture_take(&c->lane[i], &h->record, &h->frame);
			if (h->state < 0)
				drain_want(c, CAPTURE_END_FAILED);
			if (h->state == 1
			    && (first < 0 || h->record.time_ns < hand[first].record.time_ns))
				first = i;
		}
		if (first < 0)
			break;
		write_one(d, c, &hand[first].record, hand[first].frame);
		hand[first].state = 0;
		let_go(c, (unsigned int)first);
	}
	for (int i = 0; i < CAPTURE_LANES_MAX; i++)
		capture_release(&c->lane[i]);
}

static void
look_at_time(struct capture *c) {
	if (c->max_seconds && !c->closed
	    && clock_mono_ns() > c->began_mono_ns + c->max_seconds * NS_PER_S)
		drain_want(c, CAPTURE_END_MAX_SECONDS);
	if (c->pipe && !c->closed && atomic_load(&c->pipe->left))
		drain_want(c, CAPTURE_END_CLIENT_LEFT);
}

// What is lost before a frame that is written is said there.
static void
note_lost(struct capture *c) {
	struct capture_counts now = drain_counts(c);
	uint64_t lost = 0;

	for (int i = 0; i < CAPTURE_PORTS; i++)
		lost += now.lost[i];
	uint64_t before = atomic_exchange(&c->lost, lost);
	uint64_t piped = 0;
	for (int i = 0; i < CAPTURE_PORTS; i++)
		piped += atomic_load_explicit(&c->piped_lost[i], memory_order_relaxed);
	c->gone += lost - before - (piped - c->piped_before);
	c->piped_before = piped;
}

static void
move(struct drain *d, struct capture *c) {
	uint64_t before = atomic_load_explicit(&c->packets, memory_order_relaxed);

	look_at_time(c);
	note_lost(c);
	empty_ring(d, c);
	drain_tell_counts(c, false);
	drain_flush(c);
	d->moved |= c->closed || atomic_load(&c->packets) != before;
}

void
drain_begin(struct drain *d, struct capture *c) {
	LIST_INSERT_HEAD(&d->running, c, draining);
	c->begun = true;
}

void
drain_finish(struct drain *d, struct capture *c) {
	if (c->begun) {
		LIST_REMOVE(c, draining);
		note_lost(c);
		empty_ring(d, c);
		note_lost(c);
		drain_tell_counts(c, true);
		drain_flush(c);
	}
	drain_shut(c);
	d->moved = true;
}

bool
drain_turn(struct drain *d, int *ret_ms) {
	struct capture *c;
	uint64_t now = clock_mono_ns();

	d->moved = false;
	look_at_clocks(d);
	LIST_FOREACH (c, &d->running, draining)
		move(d, c);
	if (!LIST_EMPTY(&d->running) && now > d->looked_ns + LOOK_NS) {
		d->looked_ns = now;
		drain_look_at_disk(d);
	}
	drain_move_files(d);
	*ret_ms = LIST_EMPTY(&d->running) && LIST_EMPTY(&d->files) ? -1 : DRAIN_MS;
	return d->moved;
}
