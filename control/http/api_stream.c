// SPDX-License-Identifier: BSD-3-Clause
// Captures as bytes: a file, while it may still grow, and a live capture that ends with its client.
// What is sent lies in a pipe that the capture thread fills; a client that takes nothing for
// STALL_S is cut off.

#include "control/audit/audit.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/api_capture.h"
#include "control/http/push.h"
#include "control/id.h"

#include <ev.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STALL_S 60.
#define LOOK_S 5.
#define READERS_MAX 16

struct reader {
	struct core *core;
	struct http_later *later; // until the answer has begun
	struct push *push;
	struct pipe *pipe;
	struct capture_reading *reading; // of a file
	struct capture *live; // until it is gone
	enum capture_format format;
	char name[CAPTURE_NAME];
	size_t sent; // bytes in flight
	double sent_at;
	ev_timer look;
	LIST_ENTRY(reader) next;
};

static LIST_HEAD(, reader) readers = LIST_HEAD_INITIALIZER(readers); // live ones
static unsigned int readers_count; // of both kinds

static void
send_some(struct reader *d) {
	const uint8_t *at;

	if (!d->push || d->sent)
		return;
	bool over = pipe_is_over(d->pipe);
	d->sent = pipe_get(d->pipe, &at);
	if (d->sent) {
		d->sent_at = ev_now(d->core->loop);
		push_send(d->push, (const char *)at, d->sent);
	} else if (over) {
		push_end(d->push);
	}
}

static void
on_ready(void *context) {
	struct reader *d = context;

	pipe_take(d->pipe, d->sent);
	d->sent = 0;
	captures_kick(d->core->captures);
	send_some(d);
}

static void
on_gone(void *context) {
	struct reader *d = context;

	ev_timer_stop(d->core->loop, &d->look);
	readers_count--;
	if (d->reading) {
		captures_read_end(d->core->captures, d->reading);
	} else {
		LIST_REMOVE(d, next);
		atomic_store(&d->pipe->left, true);
		pipe_free(d->pipe);
		captures_unwatch(d->core->captures, d);
		if (d->live)
			captures_stop(d->core->captures, d->live, CAPTURE_END_CLIENT_LEFT);
	}
	free(d);
}

static void
on_look(struct ev_loop *loop, ev_timer *t, int revents) {
	struct reader *d = t->data;

	(void)revents;
	if (d->push && d->sent && ev_now(loop) - d->sent_at > STALL_S)
		push_end(d->push);
}

static void
begin_answer(struct reader *d, struct http_request *r) {
	static const struct push_callbacks callbacks = {on_ready, on_gone};
	char disposition[CAPTURE_NAME + 40];

	snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"", d->name);
	http_add_header(r, "content-disposition", disposition);
	ev_timer_init(&d->look, on_look, LOOK_S, LOOK_S);
	d->look.data = d;
	ev_timer_start(d->core->loop, &d->look);
	d->push = push_start(
		r,
		d->format == CAPTURE_PCAP ? "application/vnd.tcpdump.pcap" : "application/x-pcapng",
		&callbacks,
		d
	);
	send_some(d);
}

// Who reads frames, for the audit trail; a GET tells of itself nowhere else.
static void
tell(struct http_request *r, struct core *core) {
	struct audit_by by;

	api_by(r, &by);
	audit_count(core, &by, http_operation(r), "", "done", "");
}

// Before an answer has begun: as if nobody had asked.
static void
give_up(struct reader *d) {
	readers_count--;
	if (d->reading)
		captures_read_end(d->core->captures, d->reading);
	free(d);
}

static struct reader *
reader_new(struct http_request *r, struct core *core) {
	struct reader *d = readers_count < READERS_MAX ? calloc(1, sizeof *d) : NULL;

	if (!d) {
		http_add_header(r, "retry-after", "5");
		http_problem(
			r,
			PROBLEM_TOO_MANY_STREAMS,
			"Close one, or try again in 5 seconds.",
			"%u captures are being read already.",
			readers_count
		);
		return NULL;
	}
	d->core = core;
	readers_count++;
	return d;
}

static bool
is_head(struct http_request *r, enum capture_format format) {
	if (strcmp(http_method(r), "HEAD") != 0)
		return false;
	http_reply(
		r,
		200,
		format == CAPTURE_PCAP ? "application/vnd.tcpdump.pcap" : "application/x-pcapng",
		NULL,
		0
	);
	return true;
}

// --- A file ---

static void
on_file(void *context, int result) {
	struct reader *d = context;

	if (!d->later) {
		send_some(d);
		return;
	}
	struct http_request *r = http_resume(d->later);
	d->later = NULL;
	if (r && result == 0) {
		begin_answer(d, r);
		return;
	}
	if (r)
		http_problem(
			r,
			PROBLEM_STORAGE_FAILED,
			"Delete the capture; its file may have been moved away.",
			"The file of the capture cannot be read: %s.",
			strerror(-result)
		);
	give_up(d);
}

void
api_download_capture(struct http_request *r, void *context) {
	struct core *core = context;
	struct capture *c = api_capture(r, core);

	if (!c || is_head(r, c->about.format))
		return;
	if (c->kind == CAPTURE_KIND_LIVE || c->phase == CAPTURE_PREPARING) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_CAPTURE,
			"A live capture is sent to whoever began it.",
			"This capture has no file."
		);
		return;
	}
	struct reader *d = reader_new(r, core);
	if (!d)
		return;
	d->format = c->about.format;
	capture_file_name(c, d->name);
	d->reading = captures_read(core->captures, c, on_file, d);
	if (!d->reading) {
		give_up(d);
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	tell(r, core);
	d->pipe = captures_reading_pipe(d->reading);
	d->later = http_later(r);
}

// --- Live ---

static void
on_move(void *context) {
	struct reader *d, *next;

	(void)context;
	for (d = LIST_FIRST(&readers); d; d = next) {
		next = LIST_NEXT(d, next);
		send_some(d);
	}
}

static bool
on_phase(struct capture *c, void *context) {
	struct reader *d = context;

	if (d->later && (c->phase == CAPTURE_RUNNING || c->phase == CAPTURE_ENDED)) {
		struct http_request *r = http_resume(d->later);
		d->later = NULL;
		if (!r || c->phase == CAPTURE_ENDED) {
			if (r)
				api_capture_failed(r, d->core, c);
			atomic_store(&d->pipe->left, true);
			pipe_free(d->pipe);
			if (c->phase == CAPTURE_RUNNING)
				captures_stop(d->core->captures, c, CAPTURE_END_CLIENT_LEFT);
			give_up(d);
			return true;
		}
		LIST_INSERT_HEAD(&readers, d, next);
		api_capture_tell(d->core, c);
		begin_answer(d, r);
		return false;
	}
	if (c->phase == CAPTURE_ENDED)
		d->live = NULL; // the rest of the pipe is still sent
	return c->phase == CAPTURE_ENDED;
}

static bool
read_query(struct http_request *r, struct core *core, struct capture_request *q) {
	uint64_t snaplen;

	if (!http_query_number(r, "snaplen", CAPTURE_SNAPLEN_MIN, CAPTURE_SNAPLEN_MAX, 0, &snaplen)
	    || !http_query_number(r, "max_packets", 1, CAPTURE_MAX_PACKETS, 0, &q->max_packets)
	    || !http_query_number(r, "max_seconds", 1, CAPTURE_SECONDS_MAX, 0, &q->max_seconds)
	    || !http_query_flag(r, "headers_only", &q->headers_only)
	    || !api_capture_format(r, http_query(r, "format"), &q->format)
	    || !api_capture_filter(r, http_query(r, "filter")))
		return false;
	q->headers_only |= api_capture_is_limited(r);
	q->snaplen = (uint32_t)snaplen;
	q->filter = http_query(r, "filter");
	return api_capture_subject(
		r, core, http_query(r, "device"), http_query(r, "destination"), q
	);
}

void
api_capture_live(struct http_request *r, void *context) {
	struct core *core = context;
	struct capture_request q = {
		.kind = CAPTURE_KIND_LIVE,
		.who = http_who(r),
		.outside = api_capture_outside(r),
	};

	if (!read_query(r, core, &q) || is_head(r, q.format))
		return;
	struct reader *d = reader_new(r, core);
	if (!d)
		return;
	q.pipe = d->pipe = pipe_new();
	errno = ENOMEM;
	struct capture *c = d->pipe ? captures_begin(core->captures, &q) : NULL;
	if (!c || captures_watch(core->captures, c, on_phase, d) < 0) {
		api_capture_not_begun(r, errno);
		if (c) {
			captures_stop(core->captures, c, CAPTURE_END_CLIENT_LEFT);
			pipe_free(d->pipe);
		} else if (d->pipe) {
			pipe_free(d->pipe);
			pipe_free(d->pipe);
		}
		give_up(d);
		return;
	}
	tell(r, core);
	captures_on_move(core->captures, on_move, NULL);
	d->live = c;
	d->format = q.format;
	capture_file_name(c, d->name);
	d->later = http_later(r);
}
