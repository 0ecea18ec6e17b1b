// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LATE_S 15. // behind its own bound
#define CONNECT_MS 15000
#define SLOW_S 30

extern char **environ;

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
ended(void *context, const struct child_outcome *o) {
	struct lists_fetch *f = context;
	struct lists_fetched r = {.status = LISTS_FETCHED_NOT};
	char text[CHILD_SAYS + 1];

	memcpy(text, o->says, o->length);
	text[o->length] = 0;
	read_lines(text, &r);
	if (o->code < 0) {
		r.status = LISTS_FETCHED_NOT;
		snprintf(
			r.error,
			sizeof r.error,
			o->late ? "the fetching program took too long"
				: "the fetching program was ended by a signal"
		);
	} else if (r.status == LISTS_FETCHED_NOT && !r.error[0]) {
		snprintf(r.error, sizeof r.error, "the fetching program did not say why");
	}
	f->done(f->context, &r);
}

// On standard input: nothing of it is on a command line.
static int
write_request(const struct lists_fetch_job *job, char **ret, size_t *ret_length) {
	const struct lists_source *s = job->source;
	FILE *file = open_memstream(ret, ret_length);

	if (!file)
		return -errno;
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
	return fclose(file) == 0 ? 0 : -ENOMEM;
}

int
lists_fetch_begin(
	struct lists_fetch *f,
	struct ev_loop *loop,
	const struct lists_fetch_job *job,
	lists_fetch_done done,
	void *context
) {
	char name[] = "spin-fetch", *argv[] = {name, NULL}, *request = NULL;
	size_t length = 0;
	int r = write_request(job, &request, &length);
	int content = !job->path
		? job->content
		: open(job->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	f->done = done;
	f->context = context;
	f->child.pid = 0;
	if (r == 0 && content < 0)
		r = -errno;
	if (r == 0) {
		const struct child_job run = {
			.program = job->program,
			.argv = argv,
			.environment = environ,
			.input = request,
			.input_length = length,
			.output = -1,
			.file = content,
			.timeout_s = (double)job->source->timeout_s + LATE_S,
		};
		r = child_begin(&f->child, loop, &run, ended, f);
	}
	if (job->path && content >= 0)
		close(content);
	free(request);
	return r;
}

void
lists_fetch_end(struct lists_fetch *f) {
	child_end(&f->child);
}
