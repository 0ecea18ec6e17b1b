// SPDX-License-Identifier: BSD-3-Clause
// The list of captures, what may begin, and what makes room.

#include "control/capture/captures.h"

#include "control/capture/captures_own.h"
#include "control/capture/keep.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/id.h"
#include "platform/log.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("captures");

static int
on_turn(void *context) {
	struct captures *s = context;
	int ms = -1;

	if (drain_turn(s->drain, &ms))
		worker_poke(s->worker);
	return ms;
}

static void
on_poked(void *context) {
	struct captures *s = context;

	captures_look(s);
	captures_readings_moved(s);
	if (s->mover.moved)
		s->mover.moved(s->mover.context);
}

// In the order of their ids, which is that of their beginning.
static void
insert(struct captures *s, struct capture *c) {
	struct capture *after = TAILQ_LAST(&s->all, capture_list);

	while (after && after->id > c->id)
		after = TAILQ_PREV(after, capture_list, next);
	if (after)
		TAILQ_INSERT_AFTER(&s->all, after, c, next);
	else
		TAILQ_INSERT_HEAD(&s->all, c, next);
}

static void
take_kept(void *context, struct capture *c) {
	struct captures *s = context;

	id_seen(c->id);
	insert(s, c);
}

struct captures *
captures_new(struct core *core) {
	static const struct capture_worker_events events = {on_turn, on_poked};
	struct captures *s = calloc(1, sizeof *s);
	struct capture *c;

	if (!s)
		return NULL;
	s->core = core;
	s->state_dir = core->config->state_dir;
	TAILQ_INIT(&s->all);
	LIST_INIT(&s->watchers);
	LIST_INIT(&s->readings);
	s->drain = drain_new(s->state_dir);
	keep_load(s->state_dir, take_kept, s);
	s->worker = s->drain ? worker_start(core->loop, &events, s) : NULL;
	if (!s->worker) {
		captures_free(s);
		return NULL;
	}
	TAILQ_FOREACH (c, &s->all, next)
		if (c->end == CAPTURE_END_NONE)
			captures_repair(s, c);
	return s;
}

void
captures_free(struct captures *s) {
	struct capture *c, *next;

	if (!s)
		return;
	s->stopping = true;
	for (c = TAILQ_FIRST(&s->all); s->worker && c; c = TAILQ_NEXT(c, next)) {
		if (c->phase == CAPTURE_PREPARING)
			c->end = CAPTURE_END_CONTROL_STOPPED;
		else
			captures_finish(s, c, CAPTURE_END_CONTROL_STOPPED);
	}
	worker_stop(s->worker);
	for (c = TAILQ_FIRST(&s->all); c; c = next) {
		next = TAILQ_NEXT(c, next);
		free(c);
	}
	drain_free(s->drain);
	free(s);
}

static unsigned int
running(const struct captures *s) {
	const struct capture *c;
	unsigned int n = 0;

	TAILQ_FOREACH (c, &s->all, next)
		n += capture_is_running(c);
	return n;
}

bool
capture_is_running(const struct capture *c) {
	return c->phase != CAPTURE_ENDED;
}

// What the file says of itself: addresses, not names.
static void
describe(const struct captures *s, struct capture *c) {
	const struct state *state = &s->core->state;
	const struct device *d = c->device ? device_by_id(state, c->device) : NULL;
	const struct destination *to =
		c->destination ? destination_by_id(state, c->destination) : NULL;
	char mac[TEXT_MAC];

	snprintf(
		c->about.comment,
		sizeof c->about.comment,
		"%s%s%s%.120s%s",
		d ? "device " : "",
		d	     ? text_mac(d->mac, mac)
			: to ? ""
			     : "everything",
		to ? " with " : "",
		to ? to->name : "",
		c->headers_only ? ", headers only" : ""
	);
	for (size_t i = 0; i < state->ports_count; i++) {
		const struct wire_port *p = &state->ports[i];
		if (p->id >= CAPTURE_PORTS)
			continue;
		c->about.ports = MAX_OF(c->about.ports, p->id + 1u);
		snprintf(c->about.port[p->id], sizeof c->about.port[0], "%.31s", p->name);
		snprintf(
			c->about.side[p->id],
			sizeof c->about.side[0],
			"%s",
			side_name((enum side)p->side)
		);
	}
}

struct capture *
captures_begin(struct captures *s, const struct capture_request *r) {
	struct capture *c = NULL;

	if (r->kind == CAPTURE_KIND_RECORDER)
		c = capture_new(id_new()); // the dataplane is not asked
	else if (running(s) >= CAPTURES_RUNNING)
		errno = EBUSY;
	else if (!dplink_is_up(s->core->link) || s->core->state.ports_count == 0)
		errno = ENOTCONN;
	else
		c = capture_new(id_new());
	if (!c)
		return NULL;
	c->kind = r->kind;
	c->about.format = r->format;
	c->about.snaplen = r->snaplen ? r->snaplen : CAPTURE_SNAPLEN_MAX;
	snprintf(c->about.filter, sizeof c->about.filter, "%s", r->filter ? r->filter : "");
	snprintf(c->who, sizeof c->who, "%s", r->who);
	c->outside = r->outside;
	if (r->approval)
		c->approval = c->approved = *r->approval;
	c->headers_only = r->headers_only;
	c->device = r->device;
	c->destination = r->destination;
	c->max_bytes = r->max_bytes;
	c->max_packets = r->max_packets;
	c->max_seconds = r->max_seconds;
	c->pipe = r->pipe;
	c->recorder = r->recorder;
	c->began_ns = clock_wall_ns();
	describe(s, c);
	insert(s, c);
	captures_prepare(s, c);
	return c;
}

struct capture *
captures_find(const struct captures *s, uint64_t id) {
	struct capture *c;

	TAILQ_FOREACH (c, &s->all, next)
		if (c->id == id)
			return c;
	return NULL;
}

struct capture *
captures_next(const struct captures *s, const struct capture *c) {
	return c ? TAILQ_NEXT(c, next) : TAILQ_FIRST(&s->all);
}

const struct capture_refusal *
captures_refusal(const struct captures *s) {
	return &s->refusal;
}

int
captures_watch(struct captures *s, struct capture *c, captures_watch_fn *fn, void *context) {
	struct watcher *w = malloc(sizeof *w);

	if (!w)
		return -ENOMEM;
	*w = (struct watcher){.capture = c, .fn = fn, .context = context};
	LIST_INSERT_HEAD(&s->watchers, w, next);
	return 0;
}

void
captures_unwatch(struct captures *s, const void *context) {
	struct watcher *w, *next;

	for (w = LIST_FIRST(&s->watchers); w; w = next) {
		next = LIST_NEXT(w, next);
		if (w->context != context)
			continue;
		LIST_REMOVE(w, next);
		free(w);
	}
}

void
captures_on_move(struct captures *s, void (*moved)(void *context), void *context) {
	s->mover = (struct mover){moved, context};
}

void
captures_kick(struct captures *s) {
	worker_kick(s->worker);
}

uint64_t
captures_bytes(const struct captures *s) {
	const struct capture *c;
	uint64_t n = 0;

	TAILQ_FOREACH (c, &s->all, next)
		n += atomic_load(&c->file_bytes);
	return n;
}

unsigned int
captures_count(const struct captures *s) {
	const struct capture *c;
	unsigned int n = 0;

	TAILQ_FOREACH (c, &s->all, next)
		n += c->kind != CAPTURE_KIND_LIVE;
	return n;
}

// The oldest that nobody reads; or, where none has ended, the largest is ended.
static void
make_room(struct captures *s) {
	uint64_t bytes = captures_bytes(s);
	unsigned int count = captures_count(s);
	struct capture *c, *next, *largest = NULL;

	for (c = TAILQ_FIRST(&s->all); c; c = next) {
		next = TAILQ_NEXT(c, next);
		if (bytes <= CAPTURES_BYTES && count <= CAPTURES_KEPT)
			return;
		if (capture_is_running(c)) {
			if (!largest || c->file_bytes > largest->file_bytes)
				largest = c;
			continue;
		}
		if (c->readers || c->kind == CAPTURE_KIND_LIVE)
			continue;
		bytes -= MIN_OF(bytes, atomic_load(&c->file_bytes));
		count--;
		log_info("capture %llu makes room for newer ones", (unsigned long long)c->id);
		captures_remove(s, c);
	}
	if (bytes > CAPTURES_BYTES && largest)
		captures_stop(s, largest, CAPTURE_END_NO_ROOM);
}

void
captures_second(struct captures *s) {
	struct capture *c, *next;

	for (c = TAILQ_FIRST(&s->all); c; c = next) {
		next = TAILQ_NEXT(c, next);
		captures_again(s, c);
	}
	make_room(s);
}

void
captures_erase(struct captures *s, uint64_t device) {
	struct capture *c, *next;

	for (c = TAILQ_FIRST(&s->all); c; c = next) {
		next = TAILQ_NEXT(c, next);
		if (device == 0 || c->device == device)
			captures_remove(s, c);
	}
}
