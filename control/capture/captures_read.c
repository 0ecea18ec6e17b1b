// SPDX-License-Identifier: BSD-3-Clause
// A file on its way to a client: the capture thread reads it into a pipe.

#include "control/capture/captures_own.h"
#include "platform/base.h"

#include <errno.h>
#include <stdlib.h>

struct capture_reading {
	struct capture_job job;
	struct captures *s;
	struct drain_file file;
	char name[CAPTURE_NAME];
	void (*ready)(void *context, int result);
	void *context;
	int result;
	bool opened; // the job that opens it is done
	bool ended; // nobody wants it any more
	bool closing;
	LIST_ENTRY(capture_reading) next;
};

static void
open_it(struct capture_job *j) {
	struct capture_reading *r = container_of(j, struct capture_reading, job);

	r->result = drain_open(r->s->drain, &r->file, r->name);
}

static void
close_it(struct capture_job *j) {
	struct capture_reading *r = container_of(j, struct capture_reading, job);

	drain_close(r->s->drain, &r->file);
	pipe_free(r->file.pipe);
}

static void
closed(struct capture_job *j) {
	struct capture_reading *r = container_of(j, struct capture_reading, job);
	struct captures *s = r->s;
	struct capture *c = r->file.c;

	LIST_REMOVE(r, next);
	free(r);
	if (--c->readers == 0 && c->remove && c->phase == CAPTURE_ENDED)
		captures_remove(s, c);
}

static void
close_later(struct capture_reading *r) {
	r->closing = true;
	r->job.run = close_it;
	r->job.done = closed;
	worker_submit(r->s->worker, &r->job);
}

static void
opened(struct capture_job *j) {
	struct capture_reading *r = container_of(j, struct capture_reading, job);

	r->opened = true;
	if (r->ended)
		close_later(r);
	else
		r->ready(r->context, r->result);
}

struct capture_reading *
captures_read(
	struct captures *s,
	struct capture *c,
	void (*ready)(void *context, int result),
	void *context
) {
	struct capture_reading *r = calloc(1, sizeof *r);
	struct pipe *pipe = r ? pipe_new() : NULL;

	if (!pipe) {
		free(r);
		errno = ENOMEM;
		return NULL;
	}
	*r = (struct capture_reading){
		.job = {.run = open_it, .done = opened},
		.s = s,
		.file = {.c = c, .pipe = pipe, .fd = -1},
		.ready = ready,
		.context = context,
	};
	capture_file_name(c, r->name);
	c->readers++;
	LIST_INSERT_HEAD(&s->readings, r, next);
	worker_submit(s->worker, &r->job);
	return r;
}

struct pipe *
captures_reading_pipe(const struct capture_reading *r) {
	return r->file.pipe;
}

// Both of the pipe's users are let go by this one: the core's here, the other when it is closed.
void
captures_read_end(struct captures *s, struct capture_reading *r) {
	(void)s;
	atomic_store(&r->file.pipe->left, true);
	pipe_free(r->file.pipe);
	r->ended = true;
	if (r->opened)
		close_later(r);
}

void
captures_readings_moved(struct captures *s) {
	struct capture_reading *r, *next;

	for (r = LIST_FIRST(&s->readings); r; r = next) {
		next = LIST_NEXT(r, next);
		if (r->opened && !r->ended)
			r->ready(r->context, 0);
	}
}
