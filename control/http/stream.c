// SPDX-License-Identifier: BSD-3-Clause
// The ring of events and its readers.
//
// A reader is a position in the ring and the chunk that is on its way into the kernel: at most
// STREAM_CHUNK_MAX, or one larger event.  When it is in, the next events make the next chunk; who
// stands at the same place gets the same one.  So nothing is queued per reader, and the slowest
// costs what the fastest does.  During a snapshot the position stands still; when the ring passes
// it, the reader has lost events and starts afresh.  What is published in one turn of the loop is
// sent once, at its end.

#include "control/http/stream_own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_EVENTS 4096
#define RING_BYTES (4u * 1024 * 1024)
#define HEARTBEAT_S 10.0
#define STALL_S 30.0

const char *const stream_type_names[STREAM_TYPE_COUNT] = {
#define X(name, text) text,
	STREAM_TYPES(X)
#undef X
};

// --- What a reader gets next ---

static bool
wants(const struct reader *r, enum stream_type type) {
	return r->types >> type & 1;
}

// The event as this reader may see it.
static void
add_seen(
	const struct reader *r,
	struct chunk *c,
	uint64_t number,
	enum stream_type type,
	const char *json,
	size_t n
) {
	const struct stream_config *config = &r->stream->config;
	char *own = NULL;
	size_t length;
	if (r->view && !config->rewrite(config->context, r->view, type, json, n, &own, &length)) {
		return;
	}
	char *text = ring_format(
		r->lines,
		r->stream->ring.epoch,
		number,
		stream_type_names[type],
		own ? own : json,
		own ? length : n,
		&length
	);
	if (text) {
		chunk_add(c, text, length);
	}
	c->failed |= !text;
	free(text);
	free(own);
}

void
stream_begin_snapshot(struct reader *r) {
	r->phase = PHASE_SNAPSHOT;
	r->cursor = 0;
	r->next_number = r->stream->ring.next;
}

// The snapshot ends at the event before the first delta: from there a reader can resume.
static void
fill_snapshot(struct reader *r, struct chunk *c) {
	struct stream *s = r->stream;
	bool parts = wants(r, STREAM_SNAPSHOT);
	while (c->length < STREAM_CHUNK_MAX / 2 && !c->failed) {
		json_reset(&s->part);
		bool more = s->config.snapshot(s->config.context, &r->cursor, &s->part);
		c->failed |= s->part.failed;
		if (c->failed) {
			return;
		}
		if (!more) {
			add_seen(
				r,
				c,
				r->next_number - 1,
				STREAM_SNAPSHOT_END,
				s->part.text,
				s->part.length
			);
			r->phase = PHASE_LIVE;
			return;
		}
		if (parts) {
			add_seen(r, c, 0, STREAM_SNAPSHOT, s->part.text, s->part.length);
		}
	}
}

static void
fill_live(struct reader *r, struct chunk *c) {
	size_t length;
	const struct ring *ring = &r->stream->ring;
	for (; r->next_number < ring->next; r->next_number++) {
		const struct ring_event *e = ring_at(ring, r->next_number);
		if (c->length && c->length + e->length > STREAM_CHUNK_MAX) {
			return;
		}
		if (!wants(r, e->type)) {
			continue;
		}
		if (r->view || r->lines) {
			const char *json = ring_json(e, &length);
			add_seen(r, c, r->next_number, e->type, json, length);
		} else {
			chunk_add(c, e->text, e->length);
		}
	}
}

// Takes the chunk.
static void
send_chunk(struct reader *r, struct chunk *c) {
	if (c->failed || !c->length) {
		bool failed = c->failed; // better no stream than one with a hole
		chunk_drop(c);
		if (failed) {
			push_end(r->push); // and perhaps the reader with it
		}
		return;
	}
	r->sent = c;
	r->sent_at = ev_now(r->stream->config.loop);
	push_send(r->push, c->text, c->length);
}

// What everybody at this place is due, made once.
static void
serve_live(struct reader *r) {
	struct stream *s = r->stream;
	struct chunk *c = s->newest;
	if (!c || r->view || r->lines || c->types != r->types || c->from != r->next_number) {
		c = chunk_new();
		if (!c) {
			push_end(r->push);
			return;
		}
		c->types = r->types;
		c->from = r->next_number;
		fill_live(r, c);
		c->to = r->next_number;
		if (!r->view && !r->lines) {
			chunk_drop(s->newest);
			s->newest = c->failed ? NULL : chunk_hold(c);
		}
	} else {
		chunk_hold(c);
		r->next_number = c->to;
	}
	send_chunk(r, c);
}

void
stream_serve(struct reader *r, const char *first) {
	struct stream *s = r->stream;
	if (r->sent) {
		return;
	}
	bool lost = r->next_number < s->ring.first;
	if (!first && !lost && r->phase == PHASE_LIVE) {
		if (r->next_number < s->ring.next) {
			serve_live(r);
		}
		return;
	}
	struct chunk *c = chunk_new();
	if (!c) {
		push_end(r->push);
		return;
	}
	if (first) {
		chunk_add(c, first, strlen(first));
	}
	if (lost) {
		char json[48];
		int n = snprintf(
			json, sizeof(json), "{\"lost\":%" PRIu64 "}", s->ring.next - r->next_number
		);
		s->gaps++;
		add_seen(r, c, 0, STREAM_GAP, json, (size_t)n);
		stream_begin_snapshot(r);
	}
	if (r->phase == PHASE_SNAPSHOT) {
		fill_snapshot(r, c);
	}
	if (r->phase == PHASE_LIVE) {
		fill_live(r, c);
	}
	send_chunk(r, c);
}

static void
on_ready(void *context) {
	struct reader *r = context;
	chunk_drop(r->sent);
	r->sent = NULL;
	stream_serve(r, NULL);
}

static void
on_gone(void *context) {
	struct reader *r = context;
	struct stream *s = r->stream;
	for (struct reader **at = &s->readers; *at; at = &(*at)->next) {
		if (*at == r) {
			*at = r->next;
			s->n_readers--;
			break;
		}
	}
	chunk_drop(r->sent);
	free(r);
}

const struct push_callbacks stream_callbacks = {on_ready, on_gone};

static void
on_heartbeat(struct ev_loop *loop, ev_timer *w, int events) {
	(void)events;
	struct stream *s = w->data;
	for (struct reader *r = s->readers, *next; r; r = next) {
		next = r->next;
		if (r->sent && ev_now(loop) - r->sent_at > s->config.stall_s) {
			push_end(r->push);
		} else {
			stream_serve(r, r->lines ? "\n" : ": hb\n\n");
		}
	}
}

static void
on_turn(struct ev_loop *loop, ev_timer *w, int events) {
	(void)loop;
	(void)events;
	struct stream *s = w->data;
	for (struct reader *r = s->readers, *next; r; r = next) {
		next = r->next;
		stream_serve(r, NULL);
	}
	chunk_drop(s->newest); // rather than to be held until the next
	s->newest = NULL;
}

// --- The hub ---

struct stream *
stream_new(const struct stream_config *config) {
	struct stream *s = calloc(1, sizeof(*s));
	if (!s) {
		return NULL;
	}
	s->config = *config;
	struct stream_config *c = &s->config;
	c->ring_events = c->ring_events ? c->ring_events : RING_EVENTS;
	c->ring_bytes = c->ring_bytes ? c->ring_bytes : RING_BYTES;
	c->heartbeat_s = c->heartbeat_s > 0 ? c->heartbeat_s : HEARTBEAT_S;
	c->stall_s = c->stall_s > 0 ? c->stall_s : STALL_S;
	c->readers_max = c->readers_max ? c->readers_max : STREAM_READERS_MAX;
	c->source_max = c->source_max ? c->source_max : STREAM_SOURCE_MAX;
	if (ring_init(&s->ring, c->ring_events, c->ring_bytes) < 0) {
		free(s);
		return NULL;
	}
	ev_timer_init(&s->heartbeat, on_heartbeat, c->heartbeat_s, c->heartbeat_s);
	s->heartbeat.data = s;
	ev_timer_start(c->loop, &s->heartbeat);
	ev_init(&s->turn, on_turn);
	s->turn.data = s;
	json_init(&s->part);
	return s;
}

void
stream_free(struct stream *s) {
	if (!s) {
		return;
	}
	ev_timer_stop(s->config.loop, &s->heartbeat);
	ev_timer_stop(s->config.loop, &s->turn);
	chunk_drop(s->newest);
	json_free(&s->part);
	ring_fini(&s->ring);
	free(s);
}

void
stream_publish(struct stream *s, enum stream_type type, const char *json, size_t length) {
	char id[48];

	ring_add(&s->ring, type, stream_type_names[type], json, length);
	if (s->config.told) {
		snprintf(
			id, sizeof(id), "%016" PRIx64 "-%" PRIu64, s->ring.epoch, s->ring.next - 1
		);
		s->config.told(s->config.context, stream_type_names[type], id, json, length);
	}
	if (s->readers && !ev_is_active(&s->turn)) {
		ev_timer_set(&s->turn, 0.0, 0.0);
		ev_timer_start(s->config.loop, &s->turn);
	}
}

unsigned int
stream_readers(const struct stream *s) {
	return s->n_readers;
}

uint64_t
stream_gaps(const struct stream *s) {
	return s->gaps;
}
