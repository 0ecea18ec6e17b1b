// SPDX-License-Identifier: BSD-3-Clause

#include "control/learn/learn_keep.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/persist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNTS_NS (60 * NS_PER_S) // counts alone are kept to the minute

struct saving {
	struct store_learning job;
	struct core *core;
	struct learning *fresh; // becomes the device's when it was written
	uint64_t until_was; // of one that ends before its time; 0: of none
	learn_done done;
	void *context;
};

static void
saving_free(struct saving *s) {
	learning_free(s->fresh);
	free(s->job.rows);
	free(s);
}

static void
install(struct core *c, struct device *d, struct saving *s) {
	if (!d->learning)
		c->state.learning_count++;
	learning_free(d->learning);
	d->learning = s->fresh;
	s->fresh = NULL;
}

static void
written(struct store_job *job) {
	struct saving *s = container_of(job, struct saving, job.job);
	struct device *d = device_by_id(&s->core->state, s->job.device);
	struct learning *l = d ? d->learning : NULL;

	persist_note(s->core, job);
	if (job->result == 0 && d && s->fresh)
		install(s->core, d, s);
	else if (l && s->fresh)
		l->replaced = false;
	else if (l && job->result < 0 && s->until_was)
		l->until_ns = s->until_was;
	else if (l && !s->done) {
		l->writing = false;
		if (job->result < 0)
			l->whole = l->dirty = true;
	}
	if (s->done)
		s->done(s->context, job);
	saving_free(s);
}

static struct saving *
saving_new(struct core *c, const struct device *d, const struct learning *l) {
	struct saving *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->core = c;
	s->job.job = (struct store_job){.run = store_run_learning, .done = written};
	s->job.device = d->id;
	s->job.began_ns = l->began_ns;
	s->job.until_ns = l->until_ns;
	s->job.left_out = l->left_out;
	return s;
}

static void
fail(learn_done done, void *context) {
	const struct store_job job = {.result = -ENOMEM, .message = "Out of memory."};

	done(context, &job);
}

void
learn_begin(struct core *c, struct device *d, uint64_t until_ns, learn_done done, void *context) {
	struct learning *fresh = learning_new(clock_wall_ns(), until_ns);
	struct saving *s = fresh ? saving_new(c, d, fresh) : NULL;

	if (!s) {
		learning_free(fresh);
		fail(done, context);
		return;
	}
	if (d->learning)
		d->learning->replaced = true;
	s->fresh = fresh;
	s->job.whole = s->job.has_device = true;
	persist_device_row(d, &s->job.row);
	s->done = done;
	s->context = context;
	store_submit(c->store, &s->job.job);
}

void
learn_end(struct core *c, struct device *d, learn_done done, void *context) {
	struct learning *l = d->learning;
	struct saving *s = saving_new(c, d, l);

	if (!s) {
		fail(done, context);
		return;
	}
	s->until_was = l->until_ns;
	l->told = true; // who ended it knows
	l->until_ns = s->job.until_ns = MIN_OF(clock_wall_ns(), l->until_ns);
	s->done = done;
	s->context = context;
	store_submit(c->store, &s->job.job);
}

static void
save(struct core *c, struct device *d) {
	struct learning *l = d->learning;
	struct saving *s = saving_new(c, d, l);

	if (s)
		s->job.rows = malloc((l->count + 1) * sizeof *s->job.rows);
	if (!s || !s->job.rows) {
		free(s);
		return;
	}
	s->job.whole = l->whole;
	for (size_t i = 0; i < l->count; i++) {
		if (!l->whole && !l->rows[i].dirty)
			continue;
		l->rows[i].dirty = false;
		s->job.rows[s->job.count].n = (uint32_t)i;
		s->job.rows[s->job.count++].row = l->rows[i];
	}
	l->dirty = l->moved = l->whole = false;
	l->writing = true;
	l->written_ns = clock_mono_ns();
	store_submit(c->store, &s->job.job);
}

void
learn_flush(struct core *c, bool all) {
	struct state *s = &c->state;
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; s->learning_count && i < s->devices_count; i++) {
		struct device *d = s->devices[i];
		struct learning *l = d->learning;
		if (!l || l->replaced || (!l->dirty && !l->moved) || (l->writing && !all))
			continue;
		if (l->dirty || all || now > l->written_ns + COUNTS_NS)
			save(c, d);
	}
}
