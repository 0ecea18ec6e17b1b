// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LATE_S 15. // behind its own bound
#define CONNECT_MS 15000
#define SLOW_S 30

extern char **environ;

static void
read_answer(struct lists_fetch *f) {
	ssize_t n = 1;

	while (n > 0 && f->length < sizeof f->answer - 1) {
		n = read(f->answer_fd, f->answer + f->length, sizeof f->answer - 1 - f->length);
		if (n > 0)
			f->length += (size_t)n;
	}
	f->answer[f->length] = 0;
	if (n == 0 || f->length == sizeof f->answer - 1)
		ev_io_stop(f->loop, &f->readable);
}

static void
on_readable(struct ev_loop *loop, struct ev_io *w, int revents) {
	(void)loop;
	(void)revents;
	read_answer(w->data);
}

static void
on_late(struct ev_loop *loop, struct ev_timer *w, int revents) {
	struct lists_fetch *f = w->data;

	(void)loop;
	(void)revents;
	kill(f->pid, SIGKILL);
}

static void
forget(struct lists_fetch *f) {
	ev_io_stop(f->loop, &f->readable);
	ev_child_stop(f->loop, &f->ended);
	ev_timer_stop(f->loop, &f->late);
	close(f->answer_fd);
	f->pid = 0;
}

static void
read_lines(char *text, struct lists_fetched *ret) {
	char *save;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, ' ');
		if (!value)
			continue;
		*value++ = 0;
		if (strcmp(line, "status") == 0)
			ret->status = strcmp(value, "new") == 0	  ? LISTS_FETCHED_NEW
				: strcmp(value, "unchanged") == 0 ? LISTS_FETCHED_UNCHANGED
								  : LISTS_FETCHED_NOT;
		else if (strcmp(line, "etag") == 0)
			snprintf(ret->etag, sizeof ret->etag, "%.255s", value);
		else if (strcmp(line, "modified") == 0)
			snprintf(ret->modified, sizeof ret->modified, "%.255s", value);
		else if (strcmp(line, "error") == 0)
			snprintf(ret->error, sizeof ret->error, "%.255s", value);
	}
}

static void
on_ended(struct ev_loop *loop, struct ev_child *w, int revents) {
	struct lists_fetch *f = w->data;
	struct lists_fetched r = {.status = LISTS_FETCHED_NOT};
	int status = w->rstatus;

	(void)loop;
	(void)revents;
	read_answer(f);
	forget(f);
	read_lines(f->answer, &r);
	if (WIFSIGNALED(status)) {
		r.status = LISTS_FETCHED_NOT;
		snprintf(
			r.error,
			sizeof r.error,
			WTERMSIG(status) == SIGKILL ? "the fetching program took too long"
						    : "the fetching program ended by signal %d",
			WTERMSIG(status)
		);
	} else if (r.status == LISTS_FETCHED_NOT && !r.error[0]) {
		snprintf(r.error, sizeof r.error, "the fetching program did not say why");
	}
	f->done(f->context, &r);
}

// The request as a file of its own: nothing on a command line, nothing to wait for.
static int
write_request(const struct lists_fetch_job *job) {
	const struct lists_source *s = job->source;
	int fd = memfd_create("request", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fcntl(fd, F_DUPFD_CLOEXEC, 0), "w");

	if (file) {
		fprintf(file,
			"url %s\nmax %llu\ntotal_ms %llu\nconnect_ms %d\nslow_s %d\n"
			"allow_private %s\n",
			s->url,
			(unsigned long long)s->max,
			(unsigned long long)s->timeout_s * 1000,
			CONNECT_MS,
			SLOW_S,
			s->allow_private ? "true" : "false");
		if (s->sha256[0])
			fprintf(file, "sha256 %s\n", s->sha256);
		if (s->ca[0])
			fprintf(file, "ca %s\n", s->ca);
		if (job->accept)
			fprintf(file, "accept %s\n", job->accept);
		if (job->etag[0])
			fprintf(file, "etag %s\n", job->etag);
		if (job->modified[0])
			fprintf(file, "modified %s\n", job->modified);
	}
	bool good = file && fclose(file) == 0 && lseek(fd, 0, SEEK_SET) == 0;
	if (good)
		return fd;
	int r = errno ? -errno : -EIO;
	if (fd >= 0)
		close(fd);
	return r;
}

static int
spawn(const char *program, int request, int answer, int content, pid_t *ret_pid) {
	char name[] = "spin-fetch", *argv[] = {name, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, request, 0);
	posix_spawn_file_actions_adddup2(&files, answer, 1);
	posix_spawn_file_actions_adddup2(&files, content, 3);
	int r = posix_spawn(ret_pid, program, &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return -r;
}

// Descriptors above those they become, so that none of the three is overwritten on the way.
static int
raised(int fd) {
	int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);
	int r = high < 0 ? -errno : high;

	if (fd >= 0)
		close(fd);
	return r;
}

static int
start(struct lists_fetch *f, const struct lists_fetch_job *job) {
	int answer[2] = {-1, -1}, content = -1;
	int request = raised(write_request(job));
	int r = request;

	if (r >= 0) {
		content =
			raised(job->path
				       ? open(job->path,
					      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
					      0600)
				       : fcntl(job->content, F_DUPFD_CLOEXEC, 0));
		r = content;
	}
	if (r >= 0)
		r = pipe2(answer, O_CLOEXEC | O_NONBLOCK) < 0 ? -errno : 0;
	if (r >= 0) {
		answer[1] = raised(answer[1]);
		r = answer[1] < 0 ? answer[1]
				  : spawn(job->program, request, answer[1], content, &f->pid);
	}
	const int done[] = {request, content, answer[1], r < 0 ? answer[0] : -1};
	for (size_t i = 0; i < sizeof done / sizeof *done; i++)
		if (done[i] >= 0)
			close(done[i]);
	f->answer_fd = answer[0];
	return r < 0 ? r : 0;
}

int
lists_fetch_begin(
	struct lists_fetch *f,
	struct ev_loop *loop,
	const struct lists_fetch_job *job,
	lists_fetch_done done,
	void *context
) {
	*f = (struct lists_fetch){.loop = loop, .done = done, .context = context};
	int r = start(f, job);
	if (r < 0) {
		f->pid = 0;
		return r;
	}
	ev_io_init(&f->readable, on_readable, f->answer_fd, EV_READ);
	ev_child_init(&f->ended, on_ended, f->pid, 0);
	ev_timer_init(&f->late, on_late, (double)job->source->timeout_s + LATE_S, 0.);
	f->readable.data = f->ended.data = f->late.data = f;
	ev_io_start(loop, &f->readable);
	ev_child_start(loop, &f->ended);
	ev_timer_start(loop, &f->late);
	return 0;
}

void
lists_fetch_end(struct lists_fetch *f) {
	if (f->pid == 0)
		return;
	kill(f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	forget(f);
}
