// SPDX-License-Identifier: BSD-3-Clause
// The way of a capture through its phases.  The capture thread works on it in PREPARING, RUNNING
// and FINISHING, the dataplane answers in ASKED and ENDING; every answer finds it where it is now.

#include "control/capture/captures_own.h"
#include "control/capture/keep.h"
#include "control/capture/recorder_copy.h"
#include "control/capture/subject.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/id.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("captures");

enum work {
	WORK_PREPARE,
	WORK_BEGIN,
	WORK_FINISH,
	WORK_REMOVE,
	WORK_REPAIR,
	WORK_APPROVE,
};

struct job {
	struct capture_job job;
	struct captures *s;
	struct capture *c;
	enum work work;
	struct capture_approval approval; // WORK_APPROVE, as those that follow
	captures_approved_fn *told;
	void *context;
	int result;
};

// What was is so still when it cannot be written.
static void
approve(struct captures *s, struct job *job) {
	struct capture_approval was = job->c->approved;

	job->c->approved = job->approval;
	job->result = keep_write(s->state_dir, job->c);
	if (job->result < 0)
		job->c->approved = was;
}

static void
run(struct capture_job *j) {
	struct job *job = container_of(j, struct job, job);
	struct captures *s = job->s;
	struct capture *c = job->c;

	switch (job->work) {
	case WORK_PREPARE:
		drain_prepare(s->drain, c);
		if (c->result == 0 && c->kind == CAPTURE_KIND_RECORDER) {
			c->end = CAPTURE_END_STOPPED; // it is whole
			c->ended_ns = c->began_ns;
		}
		if (c->result == 0 && c->kind != CAPTURE_KIND_LIVE)
			c->result = keep_write(s->state_dir, c);
		break;
	case WORK_BEGIN:
		drain_begin(s->drain, c);
		break;
	case WORK_FINISH:
		drain_finish(s->drain, c);
		if (c->kind != CAPTURE_KIND_LIVE && c->result == 0)
			keep_write(s->state_dir, c);
		break;
	case WORK_REMOVE:
		if (keep_remove(s->state_dir, c) < 0)
			log_warn("a capture's file cannot be removed, ignoring");
		break;
	case WORK_REPAIR:
		if (keep_repair(s->state_dir, c) < 0)
			log_warn("a capture's file cannot be repaired, ignoring");
		break;
	case WORK_APPROVE:
		approve(s, job);
		break;
	}
}

static void done(struct capture_job *j);

static void
submit(struct captures *s, struct capture *c, enum work work) {
	struct job *j = malloc(sizeof *j);

	if (!j) {
		log_err("no memory to go on with a capture: it stays as it is");
		return;
	}
	*j = (struct job){.job = {.run = run, .done = done}, .s = s, .c = c, .work = work};
	worker_submit(s->worker, &j->job);
}

void
captures_set_phase(struct captures *s, struct capture *c, enum capture_phase phase) {
	struct watcher *w, *next;

	c->phase = phase;
	for (w = LIST_FIRST(&s->watchers); w; w = next) {
		next = LIST_NEXT(w, next);
		if (w->capture != c || !w->fn(c, w->context))
			continue;
		LIST_REMOVE(w, next);
		free(w);
	}
}

void
captures_forget(struct captures *s, struct capture *c) {
	struct watcher *w, *next;

	c->remove = true;
	captures_set_phase(s, c, CAPTURE_ENDED);
	for (w = LIST_FIRST(&s->watchers); w; w = next) {
		next = LIST_NEXT(w, next);
		if (w->capture == c) {
			LIST_REMOVE(w, next);
			free(w);
		}
	}
	TAILQ_REMOVE(&s->all, c, next);
	pipe_free(c->pipe);
	free(c);
}

void
captures_finish(struct captures *s, struct capture *c, enum capture_end_reason why) {
	if (c->phase >= CAPTURE_FINISHING)
		return;
	bool ran = c->phase == CAPTURE_RUNNING || c->phase == CAPTURE_ENDING;
	if (c->end == CAPTURE_END_NONE)
		c->end = why;
	c->ended_ns = clock_wall_ns();
	c->remove |= !ran || c->kind == CAPTURE_KIND_LIVE;
	captures_set_phase(s, c, CAPTURE_FINISHING);
	submit(s, c, WORK_FINISH);
}

static void
ask(struct captures *s, struct capture *c) {
	_Alignas(8) uint8_t record[SUBJECT_BYTES];

	size_t length = subject_write(&s->core->state, c, record);
	c->subject = subject_hash(record, length);
	captures_set_phase(s, c, CAPTURE_ASKED);
	int r = dplink_send(s->core->link, WIRE_CAPTURE, record, length, c->ring_fd);
	if (r < 0)
		captures_finish(s, c, CAPTURE_END_DATAPLANE_LOST);
}

static void
prepared(struct captures *s, struct capture *c) {
	recorder_copy_free(c->recorder);
	c->recorder = NULL;
	if (c->kind == CAPTURE_KIND_RECORDER && c->result == 0) {
		captures_set_phase(s, c, CAPTURE_ENDED);
		return;
	}
	if (c->result < 0 || c->end != CAPTURE_END_NONE)
		captures_finish(s, c, CAPTURE_END_FAILED);
	else
		ask(s, c);
}

static void
finished(struct captures *s, struct capture *c) {
	bool ran = c->result == 0 && c->begun;

	log_info(
		"capture %llu ended (%s): %llu packets, %llu lost",
		(unsigned long long)c->id,
		capture_end_name(c->end),
		(unsigned long long)atomic_load(&c->packets),
		(unsigned long long)atomic_load(&c->lost)
	);
	if (c->kind == CAPTURE_KIND_LIVE)
		captures_forget(s, c);
	else if (c->remove && !(ran && c->readers))
		submit(s, c, WORK_REMOVE);
	else
		captures_set_phase(s, c, CAPTURE_ENDED);
}

static void
done(struct capture_job *j) {
	struct job *job = container_of(j, struct job, job);
	struct captures *s = job->s;
	struct capture *c = job->c;
	enum work work = job->work;

	if (work == WORK_APPROVE) {
		if (job->result == 0)
			c->approval = job->approval;
		job->told(job->context, job->result);
	}
	free(job);
	switch (work) {
	case WORK_PREPARE:
		prepared(s, c);
		break;
	case WORK_FINISH:
		finished(s, c);
		break;
	case WORK_REMOVE:
		captures_forget(s, c);
		break;
	case WORK_BEGIN:
	case WORK_REPAIR:
	case WORK_APPROVE:
		break;
	}
}

int
captures_approve(
	struct captures *s,
	struct capture *c,
	const struct capture_approval *a,
	captures_approved_fn *told,
	void *context
) {
	if (c->kind == CAPTURE_KIND_LIVE)
		return -ENOENT;
	if (c->remove || (c->phase != CAPTURE_RUNNING && c->phase != CAPTURE_ENDED))
		return -EBUSY;
	struct job *j = malloc(sizeof *j);
	if (!j)
		return -ENOMEM;
	*j = (struct job){
		.job = {.run = run, .done = done},
		.s = s,
		.c = c,
		.work = WORK_APPROVE,
		.approval = *a,
		.told = told,
		.context = context,
	};
	worker_submit(s->worker, &j->job);
	return 0;
}

void
captures_prepare(struct captures *s, struct capture *c) {
	submit(s, c, WORK_PREPARE);
}

void
captures_repair(struct captures *s, struct capture *c) {
	c->end = CAPTURE_END_CONTROL_STOPPED;
	submit(s, c, WORK_REPAIR);
}

void
captures_state(struct captures *s, const struct wire_capture_state *w) {
	struct capture *c = captures_find(s, w->id);

	if (!c)
		return;
	if (w->ended) {
		if (c->phase == CAPTURE_ENDING)
			captures_finish(s, c, CAPTURE_END_STOPPED);
		return;
	}
	if (c->phase != CAPTURE_ASKED)
		return; // a change of whom it is about
	if (w->status < 0) {
		s->refusal.by_dataplane = true;
		snprintf(s->refusal.text, sizeof s->refusal.text, "%.111s", w->text);
		captures_finish(s, c, CAPTURE_END_FAILED);
		return;
	}
	c->began_mono_ns = clock_mono_ns();
	submit(s, c, WORK_BEGIN);
	captures_set_phase(s, c, CAPTURE_RUNNING);
	if (c->end != CAPTURE_END_NONE)
		captures_stop(s, c, c->end);
}

static void
ask_to_end(struct captures *s, struct capture *c) {
	const struct wire_capture_stop stop = {.id = c->id};

	if (dplink_send(s->core->link, WIRE_CAPTURE_STOP, &stop, sizeof stop, -1) == -ENOTCONN)
		captures_finish(s, c, CAPTURE_END_DATAPLANE_LOST);
}

void
captures_stop(struct captures *s, struct capture *c, enum capture_end_reason why) {
	if (c->phase >= CAPTURE_ENDING)
		return;
	if (c->end == CAPTURE_END_NONE)
		c->end = why;
	if (c->phase != CAPTURE_RUNNING)
		return; // as soon as it runs
	captures_set_phase(s, c, CAPTURE_ENDING);
	ask_to_end(s, c);
}

void
captures_remove(struct captures *s, struct capture *c) {
	c->remove = true;
	if (c->phase == CAPTURE_ENDED && c->readers == 0) {
		captures_set_phase(s, c, CAPTURE_FINISHING);
		submit(s, c, WORK_REMOVE);
	} else {
		captures_stop(s, c, CAPTURE_END_STOPPED);
	}
}

void
captures_down(struct captures *s) {
	struct capture *c, *next;

	for (c = TAILQ_FIRST(&s->all); c; c = next) {
		next = TAILQ_NEXT(c, next);
		if (c->kind == CAPTURE_KIND_RECORDER)
			continue;
		if (c->phase == CAPTURE_PREPARING)
			c->end = CAPTURE_END_DATAPLANE_LOST;
		else
			captures_finish(s, c, CAPTURE_END_DATAPLANE_LOST);
	}
}

void
captures_look(struct captures *s) {
	struct capture *c, *next;

	for (c = TAILQ_FIRST(&s->all); c; c = next) {
		next = TAILQ_NEXT(c, next);
		int why = atomic_load(&c->wants);
		if (why != CAPTURE_END_NONE && c->phase == CAPTURE_RUNNING)
			captures_stop(s, c, (enum capture_end_reason)why);
	}
}

// Whom it is about may have changed; a stop that found the socket full is said again.
void
captures_again(struct captures *s, struct capture *c) {
	_Alignas(8) uint8_t record[SUBJECT_BYTES];

	if (c->phase == CAPTURE_ENDING && clock_wall_ns() > c->began_ns)
		ask_to_end(s, c);
	if (c->phase != CAPTURE_RUNNING)
		return;
	size_t length = subject_write(&s->core->state, c, record);
	uint64_t hash = subject_hash(record, length);
	if (hash != c->subject && dplink_send(s->core->link, WIRE_CAPTURE, record, length, -1) == 0)
		c->subject = hash;
}
