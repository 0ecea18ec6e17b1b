// SPDX-License-Identifier: BSD-3-Clause

#include "control/handover.h"

#include "control/clock.h"
#include "control/compile.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/policy.h"
#include "control/upkeep.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("handover");

#define RETRY_NS (5 * NS_PER_S)

static void
send_image(struct core *c) {
	// One at a time: of many changes in a row only the newest image matters.
	c->send_again = c->on_its_way;
	if (!dplink_is_up(c->link) || c->on_its_way)
		return;
	uint64_t generation = ((const struct policy_header *)c->image)->generation;
	int fd = compile_seal(c->image, c->image_length);
	int r = fd;
	if (fd >= 0) {
		r = dplink_send_rules(c->link, generation, fd, c->image_length);
		close(fd);
	}
	c->on_its_way = r == 0;
	if (r == -EAGAIN)
		dplink_reset(c->link, "The dataplane does not read its link: connecting again.");
	else if (r < 0)
		log_err("rules %lu could not be handed over: %s",
			(unsigned long)generation,
			strerror(-r));
}

void
handover_now(struct core *c) {
	void *image;
	size_t length;

	if (c->lists)
		upkeep_countries(c);
	int r = policy_compile(&c->state, c->state.generation, c->image_key, &image, &length);

	if (r < 0) {
		log_err("rules %lu could not be compiled: %s; the older ones stay",
			(unsigned long)c->state.generation,
			r == -E2BIG ? "more than fit into 16 MiB, remove some" : strerror(-r));
		return;
	}
	free(c->image);
	c->image = image;
	c->image_length = length;
	send_image(c);
}

struct saving {
	struct store_image job;
	struct core *core;
	void (*done)(void *context, const struct core *c);
	void *context;
};

static void
saved(struct store_job *job) {
	struct saving *s = container_of(job, struct saving, job.job);
	struct core *c = s->core;

	// A full disk is told once; handover_retry tries again.
	if (job->result < 0 && !c->image_failed)
		log_err("%s", job->message);
	c->image_failed = job->result < 0;
	c->image_writing = false;
	if (c->image_again)
		handover_save(c, NULL, NULL);
	c->image_tried_ns = clock_mono_ns();
	if (s->done)
		s->done(s->context, c);
	free(s->job.image);
	free(s);
}

void
handover_save(struct core *c, void (*done)(void *context, const struct core *c), void *context) {
	// Of many in a row only the newest matters, unless somebody waits for this one.
	c->image_again = !done && c->image_writing;
	if (c->image_again)
		return;
	struct saving *s = calloc(1, sizeof *s);
	void *copy = c->image ? malloc(c->image_length) : NULL;

	if (!s || !copy) {
		free(s);
		free(copy);
		if (done)
			done(context, c);
		return;
	}
	memcpy(copy, c->image, c->image_length);
	*s = (struct saving){
		.job =
			{
				.job = {.run = store_run_image, .done = saved},
				.state_dir = c->config->state_dir,
				.image = copy,
				.length = c->image_length,
			},
		.core = c,
		.done = done,
		.context = context,
	};
	c->image_writing = true;
	store_submit(c->store, &s->job.job);
}

void
handover_acked(struct core *c, const struct wire_rules_ack *ack) {
	char why[sizeof ack->text + 64];

	c->on_its_way = false;
	if (c->send_again)
		send_image(c);
	if (ack->status == 0) {
		c->in_force = ack->generation_in_force;
		c->was_refused = false;
		acts_confirmed(c, c->in_force);
		handover_save(c, NULL, NULL);
		return;
	}
	snprintf(why, sizeof why, "The dataplane refused the rules: %.111s", ack->text);
	log_err("%s", why);
	c->in_force = ack->generation_in_force;
	c->was_refused = true;
	snprintf(c->refused, sizeof c->refused, "%s", why);
	acts_refused(c, ack->generation, why);
}

void
handover_retry(struct core *c) {
	if (c->image_failed && clock_mono_ns() > c->image_tried_ns + RETRY_NS) {
		c->image_tried_ns = clock_mono_ns();
		handover_save(c, NULL, NULL);
	}
}
