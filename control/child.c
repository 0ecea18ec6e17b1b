// SPDX-License-Identifier: BSD-3-Clause

#include "control/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// What comes beyond the bound is read and forgotten, so that the program does not wait for us.
static void
read_all(struct child *c) {
	char rest[1024];
	ssize_t n = 1;

	while (n > 0) {
		bool room = c->length < CHILD_SAYS;
		n = room ? read(c->fd, c->says + c->length, CHILD_SAYS - c->length)
			 : read(c->fd, rest, sizeof rest);
		if (n > 0 && room)
			c->length += (size_t)n;
	}
	c->says[c->length] = 0;
	if (n == 0)
		ev_io_stop(c->loop, &c->readable);
}

static void
on_readable(struct ev_loop *loop, struct ev_io *w, int revents) {
	(void)loop;
	(void)revents;
	read_all(w->data);
}

static void
on_timeout(struct ev_loop *loop, struct ev_timer *w, int revents) {
	struct child *c = w->data;

	(void)loop;
	(void)revents;
	c->late = true;
	kill(-c->pid, SIGKILL); // with what it started
}

static void
forget(struct child *c) {
	ev_io_stop(c->loop, &c->readable);
	ev_child_stop(c->loop, &c->ended);
	ev_timer_stop(c->loop, &c->timeout);
	close(c->fd);
	c->pid = 0;
}

static void
on_ended(struct ev_loop *loop, struct ev_child *w, int revents) {
	struct child *c = w->data;
	int status = w->rstatus;

	(void)loop;
	(void)revents;
	read_all(c);
	forget(c);
	const struct child_outcome o = {
		.late = c->late,
		.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		.says = c->says,
		.length = c->length,
	};
	c->done(c->context, &o);
}

// Above the descriptors that it becomes, so that none of them is overwritten on the way.
static int
raised(int fd) {
	int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);
	int r = high < 0 ? -errno : high;

	if (fd >= 0)
		close(fd);
	return r;
}

static int
input_of(const struct child_job *job) {
	int fd = raised(memfd_create("input", MFD_CLOEXEC));
	size_t at = 0;

	while (fd >= 0 && at < job->input_length) {
		ssize_t n = write(fd, job->input + at, job->input_length - at);
		if (n <= 0) {
			close(fd);
			return -EIO;
		}
		at += (size_t)n;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int
spawn(const struct child_job *job, int input, int says, pid_t *ret_pid) {
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
	);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, 0);
	posix_spawn_file_actions_adddup2(&files, job->output < 0 ? says : job->output, 1);
	posix_spawn_file_actions_adddup2(&files, says, 2);
	if (job->file >= 0)
		posix_spawn_file_actions_adddup2(&files, job->file, 3);
	int r = posix_spawn(
		ret_pid, job->program, &files, &attributes, job->argv, job->environment
	);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return -r;
}

static int
start(struct child *c, const struct child_job *job) {
	int says[2] = {-1, -1};
	int input = input_of(job);
	int r = input;

	if (r >= 0)
		r = pipe2(says, O_CLOEXEC | O_NONBLOCK) < 0 ? -errno : 0;
	if (r == 0) {
		says[1] = raised(says[1]);
		r = says[1] < 0 ? says[1] : spawn(job, input, says[1], &c->pid);
	}
	if (input >= 0)
		close(input);
	if (says[1] >= 0)
		close(says[1]);
	if (r < 0 && says[0] >= 0)
		close(says[0]);
	c->fd = says[0];
	return r;
}

int
child_begin(
	struct child *c,
	struct ev_loop *loop,
	const struct child_job *job,
	child_done done,
	void *context
) {
	c->loop = loop;
	c->done = done;
	c->context = context;
	c->length = 0;
	c->late = false;
	int r = start(c, job);
	if (r < 0) {
		c->pid = 0;
		return r;
	}
	ev_io_init(&c->readable, on_readable, c->fd, EV_READ);
	ev_child_init(&c->ended, on_ended, c->pid, 0);
	ev_timer_init(&c->timeout, on_timeout, job->timeout_s, 0.);
	c->readable.data = c->ended.data = c->timeout.data = c;
	ev_io_start(loop, &c->readable);
	ev_child_start(loop, &c->ended);
	if (job->timeout_s > 0.)
		ev_timer_start(loop, &c->timeout);
	return 0;
}

void
child_end(struct child *c) {
	if (c->pid == 0)
		return;
	kill(-c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	forget(c);
}
