// SPDX-License-Identifier: BSD-3-Clause
// One run of another program, from the loop: what it reads is given beforehand, what it says is
// kept up to a bound, and it may be ended when it takes too long.
//
// Shape:   child_begin, then `done` once, unless child_end came first.  No shell, no environment
//          but the one given, a process group of its own, standard output and error to us.
// Threads: the loop's.
// Errors:  -errno when the program cannot be started; all else is an outcome.

#pragma once

#include <ev.h>

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CHILD_SAYS 4096

struct child_outcome {
	bool late; // it was ended for that
	int code; // of its exit; -1: a signal ended it
	const char *says; // without the rest, when it says more than CHILD_SAYS
	size_t length;
};

typedef void (*child_done)(void *context, const struct child_outcome *o);

struct child_job {
	const char *program; // whole path
	char *const *argv;
	char *const *environment;
	const char *input; // may be secret; copied into memory of the child's own
	size_t input_length;
	int output; // its standard output, the caller's; -1: it is kept, with its errors
	int file; // becomes its descriptor 3; -1: none
	double timeout_s; // 0: it may run as long as it likes
};

struct child {
	struct ev_loop *loop;
	pid_t pid; // 0: none runs
	int fd;
	bool late;
	struct ev_io readable;
	struct ev_child ended;
	struct ev_timer timeout;
	child_done done;
	void *context;
	size_t length;
	char says[CHILD_SAYS + 1];
};

int child_begin(
	struct child *c,
	struct ev_loop *loop,
	const struct child_job *job,
	child_done done,
	void *context
);
void child_end(struct child *c); // ends the program, if one runs; `done` is not called
static inline bool
child_runs(const struct child *c) {
	return c->pid != 0;
}
