// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run_first(struct access *a);

struct call *
call_new(struct http_request *r, struct access *a, call_plan plan, call_answer answer) {
	struct call *c = a->calls_count < CALLS_MAX ? calloc(1, sizeof *c) : NULL;

	if (!c) {
		http_add_header(r, "retry-after", "1");
		http_problem(r, PROBLEM_BUSY, "Try again.", "Too many ask for this at once.");
		return NULL;
	}
	a->calls_count++;
	c->access = a;
	c->who = *http_principal(r);
	c->plan = plan;
	c->answer = answer;
	c->job.steps = c->steps;
	snprintf(c->source, sizeof c->source, "%s", http_source(r));
	c->later = http_later(r);
	return c;
}

static void
call_free(struct call *c) {
	c->access->calls_count--;
	password_forget(&c->hash);
	explicit_bzero(c, sizeof *c);
	free(c);
}

struct account_step *
call_step(struct call *c, enum account_step_kind kind) {
	struct account_step *step = &c->steps[c->job.count++];

	step->kind = kind;
	return step;
}

void
call_refuse(struct call *c, enum problem p, const char *hint, const char *detail) {
	struct http_request *r = http_resume(c->later);

	c->later = NULL;
	if (!r)
		return;
	if (problem_status(p) == 401)
		http_add_header(r, "www-authenticate", "Bearer");
	http_problem(r, p, hint, "%s", detail);
}

void
call_refuse_for(struct http_request *r, unsigned int seconds) {
	char text[16];

	snprintf(text, sizeof text, "%u", seconds);
	http_add_header(r, "retry-after", text);
	http_problem(
		r,
		PROBLEM_TOO_MANY_ATTEMPTS,
		"Wait, then try again.",
		seconds == 1
			? "There were too many wrong attempts; the next one counts in %u second."
			: "There were too many wrong attempts; the next one counts in %u seconds.",
		seconds
	);
}

void
call_tell(struct call *c, enum access_event what, const char *subject) {
	access_tell(c->access, what, &c->who, subject, c->source);
}

static void
end_first(struct access *a) {
	struct call *c = STAILQ_FIRST(&a->calls);

	STAILQ_REMOVE_HEAD(&a->calls, next);
	call_free(c);
	run_first(a);
}

static void
written(struct store_job *job) {
	struct call *c = container_of(job, struct call, job.job);
	struct access *a = c->access;

	if (job->result < 0) {
		call_refuse(
			c,
			job->result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Nothing was changed; check the state directory's disk.",
			job->message
		);
		end_first(a);
		return;
	}
	for (size_t i = 0; i < c->job.count; i++)
		access_apply(a, &c->steps[i]);
	access_end_stale(a);
	struct http_request *r = http_resume(c->later);
	c->answer(c, r);
	end_first(a);
}

static void
run_first(struct access *a) {
	struct call *c = STAILQ_FIRST(&a->calls);

	if (!c)
		return;
	if (!c->plan(c)) {
		end_first(a);
		return;
	}
	c->job.job = (struct store_job){.run = store_run_access, .done = written};
	if (c->job.count)
		store_submit(a->store, &c->job.job);
	else
		written(&c->job.job);
}

void
call_begin(struct call *c) {
	struct access *a = c->access;
	bool idle = STAILQ_EMPTY(&a->calls);

	STAILQ_INSERT_TAIL(&a->calls, c, next);
	if (idle)
		run_first(a);
}

static void
hashed(struct password_job *job) {
	call_begin(container_of(job, struct call, hash));
}

void
call_hash(struct call *c) {
	c->hash.done = hashed;
	if (hasher_submit(c->access->hasher, &c->hash) == 0)
		return;
	call_refuse(c, PROBLEM_BUSY, "Try again.", "Too many passwords wait to be checked.");
	call_free(c);
}
