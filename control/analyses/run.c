// SPDX-License-Identifier: BSD-3-Clause
// The program that reads a capture, and what becomes of what it says.  The pipe holds 64 KiB, so it
// waits for us and not we for it; a turn of the loop takes one such piece.

#include "control/analyses/own.h"
#include "control/clock.h"
#include "control/text/language.h"
#include "platform/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("analyses");

#define TIMEOUT_S 1800.
#define PIECE 65536
#define CAPTURE "/proc/self/fd/3" // as the program names it
#define MOST 16

// --- What it found ---

// As much of a core as the views of the API ask for.
static struct core *
result_new(const struct core *live) {
	struct core *c = calloc(1, sizeof *c);
	char path[CONFIG_PATH + 16], error[KIND_RULES_ERROR];

	if (!c)
		return NULL;
	c->loop = live->loop;
	c->config = live->config;
	c->geo = live->geo;
	state_init(&c->state);
	c->state.vendors = live->state.vendors;
	c->state.organisations = live->state.organisations;
	c->state.profiles = (struct profiles){.items = {{.name = "allow-all"}}, .count = 1};
	snprintf(path, sizeof path, "%s/kinds", live->config->data_dir);
	if (kind_rules_load(&c->state.kinds, path, error) < 0)
		log_warn("%s, ignoring", error);
	return c;
}

void
analysis_forget_result(struct analysis *a) {
	if (a->result)
		state_fini(&a->result->state);
	free(a->result);
	a->result = NULL;
	free(a->line);
	a->line = NULL;
}

// --- The end ---

// Its last words, for a person: without our own names for things.
static void
explain(struct analysis *a, const char *says) {
	const char *line = says, *prefix = "spinctl: ";
	size_t used = 0;

	for (const char *at = strchr(says, '\n'); at && at[1]; at = strchr(at + 1, '\n'))
		line = at + 1;
	if (strncmp(line, prefix, strlen(prefix)) == 0)
		line += strlen(prefix);
	for (const char *at = line; *at && *at != '\n' && used + 1 < sizeof a->error;) {
		if (strncmp(at, CAPTURE, strlen(CAPTURE)) == 0) {
			used += (size_t
			)snprintf(a->error + used, sizeof a->error - used, "%.100s", a->wish.name);
			at += strlen(CAPTURE);
			continue;
		}
		a->error[used++] = *at++;
	}
	a->error[MIN_OF(used, sizeof a->error - 1)] = 0;
}

static void
finish(struct analysis *a) {
	bool good = a->fill.ended && !a->broken && !a->late && (a->code == 0 || a->code == 1);

	if (good) {
		fill_end(&a->fill);
		a->state = ANALYSIS_READY; // with an error where the capture breaks off
	} else {
		analysis_forget_result(a);
		a->state = ANALYSIS_FAILED;
	}
	if (a->broken)
		snprintf(
			a->error,
			sizeof a->error,
			N_("The analysing program said what it never says.")
		);
	else if (a->late)
		snprintf(a->error, sizeof a->error, N_("It took longer than half an hour."));
	else if (a->code < 0)
		snprintf(
			a->error,
			sizeof a->error,
			N_("The analysing program was ended: the capture asks for more memory or "
			   "time "
			   "than "
			   "it may have, or makes it fail.")
		);
	else if (!good && !a->error[0])
		snprintf(a->error, sizeof a->error, N_("The analysing program did not say why."));
	free(a->line);
	a->line = NULL;
	// Nobody needs the capture any more.
	close(a->fd);
	a->fd = -1;
	unlink(a->path);
	analyses_next(a->all);
}

static void
maybe_finish(struct analysis *a) {
	if (a->child_ended && a->lines_fd < 0)
		finish(a);
}

static void
on_ended(void *context, const struct child_outcome *o) {
	struct analysis *a = context;

	a->child_ended = true;
	a->code = o->code;
	a->late = o->late;
	explain(a, o->says);
	maybe_finish(a);
}

static void
close_lines(struct analysis *a) {
	if (a->lines_fd < 0)
		return;
	ev_io_stop(a->all->core->loop, &a->readable);
	close(a->lines_fd);
	a->lines_fd = -1;
}

// --- Its lines ---

static void
take_lines(struct analysis *a) {
	char *at = a->line, *end;

	while ((end = memchr(at, '\n', a->length - (size_t)(at - a->line)))) {
		*end = 0;
		if (!a->broken && fill_line(&a->fill, at, (size_t)(end - at)) < 0)
			a->broken = true;
		at = end + 1;
	}
	a->length -= (size_t)(at - a->line);
	memmove(a->line, at, a->length);
	a->broken |= a->length > FILL_LINE_MAX;
	if (a->broken)
		a->length = 0;
}

static void
on_readable(struct ev_loop *loop, struct ev_io *w, int revents) {
	struct analysis *a = w->data;
	ssize_t n = read(a->lines_fd, a->line + a->length, PIECE);

	(void)loop;
	(void)revents;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		a->length += (size_t)n;
		take_lines(a);
		return;
	}
	close_lines(a);
	maybe_finish(a);
}

// --- The begin ---

static int
start(struct analysis *a) {
	const struct config *c = a->all->core->config;
	char most[MOST], *argv[2 * ANALYSIS_HOMES + 8] = {NULL};
	char *environment[] = {NULL};
	int lines[2], count = 0;

	snprintf(most, sizeof most, "%d", ANALYSIS_FLOWS);
	argv[count++] = (char *)(uintptr_t) "spin-analyze";
	argv[count++] = (char *)(uintptr_t)c->dataplane_program;
	argv[count++] = most;
	for (unsigned int i = 0; i < a->wish.homes; i++) {
		argv[count++] = (char *)(uintptr_t) "--home";
		argv[count++] = a->wish.home[i];
	}
	if (pipe2(lines, O_CLOEXEC) < 0)
		return -errno;
	fcntl(lines[0], F_SETFL, O_NONBLOCK);
	int output = fcntl(lines[1], F_DUPFD_CLOEXEC, 10);
	int file = fcntl(a->fd, F_DUPFD_CLOEXEC, 10);
	const struct child_job job = {
		.program = c->analyze_program,
		.argv = argv,
		.environment = environment,
		.output = output,
		.file = file,
		.timeout_s = TIMEOUT_S,
	};
	int r = output < 0 || file < 0
		? -errno
		: child_begin(&a->child, a->all->core->loop, &job, on_ended, a);
	const int spent[] = {lines[1], output, file, r < 0 ? lines[0] : -1};
	for (size_t i = 0; i < ARRAY_LEN(spent); i++)
		if (spent[i] >= 0)
			close(spent[i]);
	if (r == 0)
		a->lines_fd = lines[0];
	return r;
}

static void
begin(struct analysis *a) {
	a->line = malloc(FILL_LINE_MAX + PIECE + 1);
	a->result = result_new(a->all->core);
	int r = a->line && a->result ? start(a) : -ENOMEM;
	if (r < 0) {
		analysis_forget_result(a);
		a->state = ANALYSIS_FAILED;
		snprintf(
			a->error,
			sizeof a->error,
			"The analysing program cannot be started: %s.",
			strerror(-r)
		);
		return;
	}
	a->state = ANALYSIS_RUNNING;
	a->fill = (struct fill){.s = &a->result->state};
	ev_io_init(&a->readable, on_readable, a->lines_fd, EV_READ);
	a->readable.data = a;
	ev_io_start(a->all->core->loop, &a->readable);
}

void
analyses_next(struct analyses *all) {
	for (size_t i = 0; i < all->count; i++)
		if (all->one[i]->state == ANALYSIS_RUNNING)
			return;
	for (size_t i = 0; i < all->count; i++)
		if (all->one[i]->state == ANALYSIS_WAITING) {
			begin(all->one[i]);
			if (all->one[i]->state == ANALYSIS_RUNNING)
				return;
		}
}

void
analysis_stop(struct analysis *a) {
	child_end(&a->child);
	close_lines(a);
}
