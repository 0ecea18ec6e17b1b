// SPDX-License-Identifier: BSD-3-Clause
// A thread with a queue of jobs: what would hold the loop up runs there.
//
// Shape:   jobs run in order, each with the thread's own context; `done` is called in the loop's
//          thread, and `run` speaks the language in which it was submitted.
// Threads: thread_submit and `done` in the loop's thread, `run` in the thread.
// Errors:  thread_start returns a negative errno.

#pragma once

#include <stdbool.h>
#include <sys/queue.h>

struct ev_loop;
struct thread;
struct thread_job;

struct thread_job {
	void (*run)(void *context, struct thread_job *job);
	void (*done)(struct thread_job *job); // may free the job
	void (*after)(void *context); // in the thread, behind run: what `done` need not wait for
	unsigned int language; // set by thread_submit: what is spoken there
	STAILQ_ENTRY(thread_job) next;
};

int thread_start(struct ev_loop *loop, void *context, struct thread **ret);
void thread_submit(struct thread *t, struct thread_job *job);
unsigned int thread_waiting(struct thread *t); // jobs that were not begun
// Lets every job finish, calls their `done`, and ends; what those submit is done here.  NULL is
// nothing.
void thread_stop(struct thread *t);
