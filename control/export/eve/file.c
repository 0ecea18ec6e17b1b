// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/file.h"

#include "control/clock.h"
#include "control/export/eve/rotate.h"
#include "control/thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct batch {
	struct thread_job job;
	struct eve_file *file;
	size_t length, room;
	uint64_t lines, written;
	char error[EVE_ERROR];
	void (*told)(void *context);
	void *context;
	char *text;
};

struct eve_file {
	struct rotate rotate; // the thread's
	struct thread *thread;
	struct batch *gathered; // NULL: nothing since the last flush
	size_t waiting; // bytes
	struct eve_out out;
};

static void
run(void *context, struct thread_job *job) {
	struct batch *b = (struct batch *)job;
	struct eve_file *f = context;

	b->written = rotate_write(&f->rotate, b->text, b->length, b->error);
}

static void
done(struct thread_job *job) {
	struct batch *b = (struct batch *)job;
	struct eve_file *f = b->file;

	f->waiting -= b->length;
	f->out.waiting -= b->lines;
	f->out.sent += b->written;
	f->out.lost += b->lines - b->written;
	snprintf(f->out.error, sizeof f->out.error, "%s", b->error);
	if (!b->error[0] && b->written)
		f->out.contact_ns = clock_wall_ns();
	if (b->told)
		b->told(b->context);
	free(b->text);
	free(b);
}

static struct batch *
gathered(struct eve_file *f) {
	if (f->gathered)
		return f->gathered;
	f->gathered = calloc(1, sizeof *f->gathered);
	if (f->gathered)
		*f->gathered = (struct batch){.job = {.run = run, .done = done}, .file = f};
	return f->gathered;
}

int
eve_file_open(struct ev_loop *loop, const struct eve_config *config, struct eve_file **ret) {
	struct eve_file *f = calloc(1, sizeof *f);

	if (!f)
		return -ENOMEM;
	rotate_init(&f->rotate, config->file, config->rotate_size, config->rotate_count);
	int r = thread_start(loop, f, &f->thread);
	if (r < 0) {
		free(f);
		return r;
	}
	gathered(f); // empty: the first flush tells whether the file can be opened
	*ret = f;
	return 0;
}

void
eve_file_close(struct eve_file *f) {
	if (!f)
		return;
	eve_file_flush(f);
	thread_stop(f->thread);
	rotate_close(&f->rotate);
	free(f);
}

static bool
has_room(struct batch *b, size_t more) {
	if (b->length + more <= b->room)
		return true;
	size_t room = (b->length + more) * 2;
	char *text = realloc(b->text, room);
	if (!text)
		return false;
	b->text = text;
	b->room = room;
	return true;
}

void
eve_file_put(struct eve_file *f, const char *line, size_t length) {
	struct batch *b = gathered(f);

	if (f->waiting + length + 1 > EVE_FILE_WAITING || !b || !has_room(b, length + 1)) {
		f->out.lost++;
		return;
	}
	memcpy(b->text + b->length, line, length);
	b->text[b->length + length] = '\n';
	b->length += length + 1;
	b->lines++;
	f->waiting += length + 1;
	f->out.waiting++;
}

void
eve_file_flush(struct eve_file *f) {
	if (!f->gathered)
		return;
	thread_submit(f->thread, &f->gathered->job);
	f->gathered = NULL;
}

void
eve_file_when_written(struct eve_file *f, void (*told)(void *context), void *context) {
	struct batch *b = gathered(f);

	if (!b) {
		told(context);
		return;
	}
	b->told = told;
	b->context = context;
	eve_file_flush(f);
}

const struct eve_out *
eve_file_out(const struct eve_file *f) {
	return &f->out;
}
