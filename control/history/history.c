// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/history.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/history/own.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("history");

#define JUMP_NS (60 * NS_PER_S)
// So long nothing is removed for its age: a clock that ran ahead must not cost the past.
#define STEADY_NS (3600 * NS_PER_S)
#define BASES_WHOLE_EVERY 60 // batches
#define RETRY_S 2

// --- The writer's thread ---

static void
run_batch(void *context, struct thread_job *job) {
	struct history_batch *b = container_of(job, struct history_batch, job);

	b->result = batch_write(context, b);
}

// --- The core thread ---

static void
pause_or_resume(struct history *h, const struct history_batch *b) {
	bool paused = b->result < 0;

	if (paused)
		snprintf(
			h->message,
			sizeof h->message,
			"The history is paused, because %.180s: it goes on by itself.",
			b->message
		);
	if (paused && !h->paused) // people are told by control/notify/watch.c
		log_err("%s: %s", h->file, h->message);
	else if (!paused && h->paused)
		log_info("%s: the history goes on", h->file);
	h->paused = paused;
	if (!paused)
		h->message[0] = 0;
}

static void
written(struct thread_job *job) {
	struct history_batch *b = container_of(job, struct history_batch, job);
	struct history *h = b->owner;

	pause_or_resume(h, b);
	if (b->result < 0) {
		h->failed = true;
		return;
	}
	h->size = b->size;
	h->batch = NULL;
	batch_free(b);
}

static void
submit(struct history *h, struct history_batch *b) {
	h->batch = b;
	h->failed = false;
	b->owner = h;
	b->job = (struct thread_job){.run = run_batch, .done = written};
	thread_submit(h->writer_thread, &b->job);
}

static void
watch_clock(struct history *h) {
	int64_t offset = (int64_t)clock_wall_ns() - (int64_t)clock_mono_ns();
	int64_t moved = offset - h->offset_ns;

	if (moved > (int64_t)JUMP_NS || moved < -(int64_t)JUMP_NS)
		h->steady_ns = clock_mono_ns() + STEADY_NS;
	h->offset_ns = offset;
}

static void
gather(struct history *h) {
	struct history_batch **last = &h->gathered;

	if (++h->batches % BASES_WHOLE_EVERY == 0)
		h->bases_whole = true;
	struct history_batch *b = feed_take(h);
	if (!b)
		return;
	b->time_s = h->bucket_s;
	b->steady = clock_mono_ns() >= h->steady_ns;
	while (*last)
		last = &(*last)->next;
	*last = b;
	h->gathered_count++;
}

static void
submit_gathered(struct history *h) {
	struct history_batch *first = h->gathered;

	h->gathered = NULL;
	h->gathered_count = 0;
	if (first)
		submit(h, first);
}

void
history_second(struct history *h) {
	if (!h)
		return;
	watch_clock(h);
	uint64_t now = clock_wall_ns() / NS_PER_S;
	uint64_t bucket = now - now % tier_step_s[0];
	if (h->bucket_s == 0) // somebody set the clock: what was gathered is of now
		h->bucket_s = bucket;
	bool over = bucket != h->bucket_s;
	if (now % RETRY_S == 0 && h->batch && h->failed)
		submit(h, h->batch);
	// While nobody set the clock, or the writer is behind, it is gathered.
	bool trusted = !h->core->state.clock_untrusted;
	bool full = feed_is_full(&h->feed);
	if (!h->batch && trusted && (over || full)) {
		gather(h);
		if (full || h->gathered_count * tier_step_s[0] >= h->config->write_s)
			submit_gathered(h);
	}
	h->bucket_s = trusted ? bucket : 0;
}

void
history_run(struct history *h, uint64_t run) {
	if (!h || h->run == run)
		return;
	feed_clear_bases(&h->feed);
	h->run = run;
	h->bases_whole = true;
}

void
history_message(const struct history *h, char ret[256]) {
	ret[0] = 0;
	if (h && h->paused)
		snprintf(ret, 256, "%s", h->message);
}

void
history_figures(const struct history *h, struct history_figures *ret) {
	*ret = (struct history_figures){.ok = true};
	if (h)
		*ret = (struct history_figures){
			.ok = !h->paused,
			.bytes = h->size,
			.bytes_max = h->config->size,
			.connections_lost = h->feed.lost_flows,
		};
}

void
history_write_status(const struct history *h, struct json *j) {
	json_object(j);
	json_key_bool(j, "enabled", h != NULL);
	json_key_bool(j, "ok", !h || !h->paused);
	json_key_string(j, "message", h && h->paused ? _(h->message) : NULL);
	json_key_u64(j, "bytes", h ? h->size : 0);
	json_key_u64(j, "bytes_max", h ? h->config->size : 0);
	json_key_u64(j, "connections_lost", h ? h->feed.lost_flows : 0);
	json_end(j);
}

// Before the threads: what is there, and how far its counters were taken.
static void
open_now(struct history *h) {
	struct history_batch failed = {.owner = h};

	failed.result = writer_ready(&h->writer, failed.message);
	if (failed.result == 0) {
		h->run = hdb_meta(&h->writer.db, "run");
		feed_load_bases(&h->feed, &h->writer.db);
	} else {
		pause_or_resume(h, &failed);
	}
}

int
history_start(
	struct ev_loop *loop,
	struct core *c,
	const struct history_config *config,
	const char *state_dir,
	struct history **ret
) {
	*ret = NULL;
	if (!config->enabled)
		return 0;
	struct history *h = calloc(1, sizeof *h);
	if (!h)
		return -ENOMEM;
	h->core = c;
	h->config = config;
	h->bases_whole = true;
	snprintf(h->file, sizeof h->file, "%.1080s/history.db", state_dir);
	h->writer.config = config;
	memcpy(h->writer.file, h->file, sizeof h->writer.file);
	h->offset_ns = (int64_t)clock_wall_ns() - (int64_t)clock_mono_ns();
	h->steady_ns = clock_mono_ns() + STEADY_NS;
	h->bucket_s = clock_wall_ns() / NS_PER_S / tier_step_s[0] * tier_step_s[0];
	int r = feed_init(&h->feed);
	if (r == 0) {
		open_now(h);
		r = thread_start(loop, &h->writer, &h->writer_thread);
	}
	if (r == 0)
		r = thread_start(loop, h, &h->reader_thread);
	if (r < 0) {
		history_stop(h);
		return r;
	}
	*ret = h;
	return 0;
}

void
history_stop(struct history *h) {
	if (!h)
		return;
	thread_stop(h->reader_thread);
	thread_stop(h->writer_thread);
	if (h->batch) // it failed; once more
		batch_write(&h->writer, h->batch);
	batch_free(h->batch);
	h->bases_whole = true;
	if (h->feed.next)
		gather(h);
	if (h->gathered)
		batch_write(&h->writer, h->gathered);
	batch_free(h->gathered);
	hdb_close(&h->reader);
	hdb_close(&h->writer.db);
	feed_fini(&h->feed);
	free(h);
}
