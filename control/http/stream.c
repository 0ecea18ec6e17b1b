// SPDX-License-Identifier: BSD-3-Clause
// The ring of events and its readers.
//
// A reader is a position in the ring and one buffer of at most STREAM_CHUNK_MAX (or one larger
// event): when the buffer is in the kernel, the next events are copied into it.  So nothing is
// queued per reader, and the slowest costs what the fastest does.  During a snapshot the position
// stands still; when the ring passes it, the reader has lost events and starts afresh.

#include "control/http/stream.h"

#include "control/http/push.h"
#include "control/http/request.h"
#include "control/http/ring.h"

#include <ev.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_EVENTS 4096
#define RING_BYTES (4u * 1024 * 1024)
#define HEARTBEAT_S 10.0
#define STALL_S 30.0
#define RETRY_MS 2000
#define RETRY_AFTER_S "5"

enum phase {
	PHASE_SNAPSHOT,
	PHASE_LIVE,
};

struct reader {
	struct stream *stream;
	struct reader *next;
	struct push *push;
	uint64_t types; // a bit each
	uint64_t next_number; // the next event it has not had
	enum phase phase;
	uint64_t cursor; // of the snapshot
	bool busy; // a send is in flight
	bool failed; // out of memory: better no stream than one with a hole
	double sent_at;
	struct json part; // scratch of a snapshot
	char *buffer;
	size_t length, size;
};

struct stream {
	struct stream_config config;
	struct ring ring;
	struct reader *readers;
	unsigned int n_readers;
	uint64_t gaps;
	ev_timer heartbeat;
};

static const char *const type_names[] = {
#define X(name, text) text,
	STREAM_TYPES(X)
#undef X
};

// --- The reader's buffer ---

static bool
reserve(struct reader *r, size_t more) {
	if (r->length + more <= r->size) {
		return true;
	}
	size_t size =
		r->length + more < STREAM_CHUNK_MAX / 4 ? STREAM_CHUNK_MAX / 4 : r->length + more;
	char *buffer = realloc(r->buffer, size);
	if (!buffer) {
		return false;
	}
	r->buffer = buffer;
	r->size = size;
	return true;
}

static void
append(struct reader *r, const char *text, size_t length) {
	if (!reserve(r, length)) {
		r->failed = true;
		return;
	}
	memcpy(r->buffer + r->length, text, length);
	r->length += length;
}

static void
append_own(struct reader *r, uint64_t number, enum stream_type type, const char *json, size_t n) {
	size_t length;
	char *text = ring_format(r->stream->ring.epoch, number, type_names[type], json, n, &length);
	if (text) {
		append(r, text, length);
	}
	r->failed |= !text;
	free(text);
}

// --- What a reader gets next ---

static bool
wants(const struct reader *r, enum stream_type type) {
	return r->types >> type & 1;
}

static void
begin_snapshot(struct reader *r) {
	r->phase = PHASE_SNAPSHOT;
	r->cursor = 0;
	r->next_number = r->stream->ring.next;
}

// The snapshot ends at the event before the first delta: from there a reader can resume.
static void
fill_snapshot(struct reader *r) {
	struct stream *s = r->stream;
	bool parts = wants(r, STREAM_SNAPSHOT);
	while (r->length < STREAM_CHUNK_MAX / 2) {
		json_reset(&r->part);
		bool more = s->config.snapshot(s->config.context, &r->cursor, &r->part);
		r->failed |= r->part.failed;
		if (r->failed) {
			return;
		}
		if (!more) {
			append_own(
				r,
				r->next_number - 1,
				STREAM_SNAPSHOT_END,
				r->part.text,
				r->part.length
			);
			json_free(&r->part);
			json_init(&r->part);
			r->phase = PHASE_LIVE;
			return;
		}
		if (parts) {
			append_own(r, 0, STREAM_SNAPSHOT, r->part.text, r->part.length);
		}
	}
}

static void
fill_live(struct reader *r) {
	const struct ring *ring = &r->stream->ring;
	for (; r->next_number < ring->next; r->next_number++) {
		const struct ring_event *e = ring_at(ring, r->next_number);
		if (r->length && r->length + e->length > STREAM_CHUNK_MAX) {
			return;
		}
		if (wants(r, e->type)) {
			append(r, e->text, e->length);
		}
	}
}

static void
serve(struct reader *r) {
	struct stream *s = r->stream;
	if (r->busy) {
		return;
	}
	if (r->next_number < s->ring.first) {
		char json[48];
		int n = snprintf(
			json, sizeof(json), "{\"lost\":%" PRIu64 "}", s->ring.next - r->next_number
		);
		s->gaps++;
		append_own(r, 0, STREAM_GAP, json, (size_t)n);
		begin_snapshot(r);
	}
	if (r->phase == PHASE_SNAPSHOT) {
		fill_snapshot(r);
	}
	if (r->phase == PHASE_LIVE) {
		fill_live(r);
	}
	if (r->failed) {
		push_end(r->push); // and perhaps the reader with it
		return;
	}
	if (r->length) {
		r->busy = true;
		r->sent_at = ev_now(s->config.loop);
		push_send(r->push, r->buffer, r->length);
	}
}

static void
on_ready(void *context) {
	struct reader *r = context;
	r->busy = false;
	r->length = 0;
	if (r->size > STREAM_CHUNK_MAX / 4) {
		free(r->buffer);
		r->buffer = NULL;
		r->size = 0;
	}
	serve(r);
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
	json_free(&r->part);
	free(r->buffer);
	free(r);
}

static void
on_heartbeat(struct ev_loop *loop, ev_timer *w, int events) {
	(void)events;
	struct stream *s = w->data;
	for (struct reader *r = s->readers, *next; r; r = next) {
		next = r->next;
		if (r->busy && ev_now(loop) - r->sent_at > s->config.stall_s) {
			push_end(r->push);
		} else if (!r->busy) {
			append(r, ": hb\n\n", 6);
			serve(r);
		}
	}
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
	if (ring_init(&s->ring, c->ring_events, c->ring_bytes) < 0) {
		free(s);
		return NULL;
	}
	ev_timer_init(&s->heartbeat, on_heartbeat, c->heartbeat_s, c->heartbeat_s);
	s->heartbeat.data = s;
	ev_timer_start(c->loop, &s->heartbeat);
	return s;
}

void
stream_free(struct stream *s) {
	if (!s) {
		return;
	}
	ev_timer_stop(s->config.loop, &s->heartbeat);
	ring_fini(&s->ring);
	free(s);
}

void
stream_publish(struct stream *s, enum stream_type type, const char *json, size_t length) {
	ring_add(&s->ring, type, type_names[type], json, length);
	for (struct reader *r = s->readers, *next; r; r = next) {
		next = r->next;
		serve(r);
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

// --- A new reader ---

static bool
parse_types(struct http_request *r, uint64_t *ret) {
	const char *at = http_query(r, "types");
	uint64_t always = 1ull << STREAM_SNAPSHOT_END | 1ull << STREAM_GAP;
	*ret = at ? always : UINT64_MAX;
	for (; at && *at; at += strspn(at, ",")) {
		size_t n = strcspn(at, ",");
		unsigned int i = 0;
		while (i < STREAM_TYPE_COUNT
		       && (strlen(type_names[i]) != n || memcmp(type_names[i], at, n) != 0)) {
			i++;
		}
		if (i == STREAM_TYPE_COUNT) {
			http_problem(
				r,
				PROBLEM_BAD_VALUE,
				"The types are device, destination, flow, rule, alert, "
				"notification, audit, stats, snapshot.",
				"There is no event type \"%.*s\".",
				(int)n,
				at
			);
			return false;
		}
		*ret |= 1ull << i;
		at += n;
	}
	// The snapshot is of devices, destinations and rules.
	if (*ret & (1ull << STREAM_DEVICE | 1ull << STREAM_DESTINATION | 1ull << STREAM_RULE)) {
		*ret |= 1ull << STREAM_SNAPSHOT;
	}
	return true;
}

void
stream_handle(struct http_request *request, void *context) {
	static const struct push_callbacks callbacks = {on_ready, on_gone};
	struct stream *s = context;
	uint64_t types;
	if (!parse_types(request, &types)) {
		return;
	}
	struct reader *r = s->n_readers < STREAM_READERS_MAX ? calloc(1, sizeof(*r)) : NULL;
	if (!r) {
		http_add_header(request, "retry-after", RETRY_AFTER_S);
		http_problem(
			request,
			PROBLEM_TOO_MANY_STREAMS,
			"Close one, or try again in " RETRY_AFTER_S " seconds.",
			"%u event streams are open already.",
			s->n_readers
		);
		return;
	}
	if (strcmp(http_method(request), "HEAD") == 0) {
		free(r);
		http_reply(request, 200, "text/event-stream", NULL, 0);
		return;
	}
	r->stream = s;
	r->types = types;
	json_init(&r->part);
	const char *id = http_query(request, "last_event_id");
	if (!id) {
		id = http_header(request, "last-event-id");
	}
	if (id && ring_resume(&s->ring, id, &r->next_number)) {
		r->phase = PHASE_LIVE;
	} else {
		begin_snapshot(r);
	}
	r->next = s->readers;
	s->readers = r;
	s->n_readers++;
	r->push = push_start(request, "text/event-stream; charset=utf-8", &callbacks, r);
	char hello[32];
	int n = snprintf(hello, sizeof(hello), "retry: %d\n\n", RETRY_MS);
	append(r, hello, (size_t)n);
	serve(r);
}
