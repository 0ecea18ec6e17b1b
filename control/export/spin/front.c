// SPDX-License-Identifier: BSD-3-Clause
// The file: "spin-front 1", "toggled ID ID …", and from the third line on the JSON value.

#include "control/export/spin/front.h"

#include "control/device.h"
#include "control/http/json_read.h"
#include "control/store/image.h"
#include "control/thread.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("spin_compat");

#define HEAD "spin-front 1\ntoggled"
#define FILE_MAX (FRONT_CONFIG_MAX + FRONT_MARKS * 24 + 64)

struct front {
	struct thread *thread;
	char state_dir[1024];
	uint64_t toggled[FRONT_MARKS];
	size_t count;
	char *config;
	bool writing, dirty, stopped;
};

struct writing {
	struct thread_job job;
	struct front *front;
	char state_dir[1024];
	char *text;
	size_t length;
	int result;
	char *config; // that holds once it is written; NULL: as it is
	front_done done;
	void *context;
};

static void
read_text(struct front *f, char *text) {
	char *at = strncmp(text, HEAD, sizeof HEAD - 1) == 0 ? text + sizeof HEAD - 1 : NULL;
	char *end = at ? strchr(at, '\n') : NULL;

	while (end && at < end && f->count < FRONT_MARKS) {
		uint64_t id = strtoull(at, &at, 10);
		if (id)
			f->toggled[f->count++] = id;
		else
			break;
	}
	struct json_fault fault;
	unsigned int tokens;
	if (end && json_check(end + 1, strlen(end + 1), &json_limits_body, &tokens, &fault) == 0)
		f->config = strdup(end + 1);
	if (!f->config)
		log_warn("%s/" FRONT_FILE " is damaged, ignoring", f->state_dir);
}

// The whole file, ended by NUL; NULL: there is none, or it cannot be one.
static char *
read_file(const char *path) {
	char *text = malloc(FILE_MAX + 1);
	FILE *f = fopen(path, "re");
	size_t n = f && text ? fread(text, 1, FILE_MAX + 1, f) : 0;
	bool good = f && text && !ferror(f) && n > 0 && n <= FILE_MAX;

	if (f)
		fclose(f);
	if (good) {
		text[n] = 0;
		return text;
	}
	free(text);
	return NULL;
}

struct front *
front_open(struct thread *thread, const char *state_dir) {
	struct front *f = calloc(1, sizeof *f);
	char path[1100];

	if (!f)
		return NULL;
	f->thread = thread;
	snprintf(f->state_dir, sizeof f->state_dir, "%s", state_dir);
	snprintf(path, sizeof path, "%s/" FRONT_FILE, state_dir);
	char *text = read_file(path);
	if (text)
		read_text(f, text);
	free(text);
	if (!f->config)
		f->config = strdup("{}");
	return f;
}

void
front_stop(struct front *f) {
	if (f)
		f->stopped = true;
}

void
front_free(struct front *f) {
	if (!f)
		return;
	free(f->config);
	free(f);
}

static void
run(void *context, struct thread_job *job) {
	struct writing *w = container_of(job, struct writing, job);

	(void)context;
	w->result = image_replace(w->state_dir, FRONT_FILE, w->text, w->length);
}

static int submit(struct front *f, char *config, front_done done, void *context);

static void
written(struct thread_job *job) {
	struct writing *w = container_of(job, struct writing, job);
	struct front *f = w->front;

	f->writing = false;
	if (w->config && w->result == 0) {
		free(f->config);
		f->config = w->config;
		w->config = NULL;
	}
	if (w->result < 0)
		log_warn(
			"%s/" FRONT_FILE ": cannot be written: %s",
			f->state_dir,
			strerror(-w->result)
		);
	if (w->done)
		w->done(w->context, w->result);
	if (f->dirty && !f->stopped)
		(void)submit(f, NULL, NULL, NULL);
	free(w->config);
	free(w->text);
	free(w);
}

static bool
compose(const struct front *f, struct writing *w) {
	FILE *out = open_memstream(&w->text, &w->length);

	if (!out)
		return false;
	fputs(HEAD, out);
	for (size_t i = 0; i < f->count; i++)
		fprintf(out, " %" PRIu64, f->toggled[i]);
	fprintf(out, "\n%s", w->config ? w->config : f->config);
	bool good = !ferror(out);
	return fclose(out) == 0 && good;
}

// Takes the new value, also when it fails.
static int
submit(struct front *f, char *config, front_done done, void *context) {
	struct writing *w = f->writing ? NULL : calloc(1, sizeof *w);

	if (!w) {
		free(config);
		f->dirty |= f->writing;
		return f->writing ? -EBUSY : -ENOMEM;
	}
	*w = (struct writing){
		.job = {.run = run, .done = written},
		.front = f,
		.config = config,
		.done = done,
		.context = context,
	};
	memcpy(w->state_dir, f->state_dir, sizeof w->state_dir);
	if (!compose(f, w)) {
		free(w->text);
		free(w->config);
		free(w);
		return -ENOMEM;
	}
	f->writing = true;
	f->dirty = false;
	thread_submit(f->thread, &w->job);
	return 0;
}

static size_t
find(const struct front *f, uint64_t id) {
	size_t i = 0;

	while (i < f->count && f->toggled[i] != id)
		i++;
	return i;
}

bool
front_is_new(const struct front *f, const struct device *d) {
	bool unknown = !d->user_name[0] && !d->profile[0];

	return unknown != (find(f, d->id) < f->count);
}

bool
front_toggle_new(struct front *f, const struct device *d) {
	size_t i = find(f, d->id);

	if (i == FRONT_MARKS)
		return false;
	if (i < f->count)
		f->toggled[i] = f->toggled[--f->count];
	else
		f->toggled[f->count++] = d->id;
	(void)submit(f, NULL, NULL, NULL);
	return true;
}

const char *
front_config(const struct front *f) {
	return f->config ? f->config : "{}";
}

int
front_put_config(struct front *f, const char *json, size_t length, front_done done, void *context) {
	char *copy = length <= FRONT_CONFIG_MAX ? strndup(json, length) : NULL;

	if (!copy)
		return length > FRONT_CONFIG_MAX ? -EFBIG : -ENOMEM;
	return submit(f, copy, done, context);
}
