// SPDX-License-Identifier: BSD-3-Clause
// Watching a device, and reading what it was seen to need.

#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/learn/learn_keep.h"
#include "control/learn/learn_view.h"
#include "platform/base.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define LEARN_MINUTES 60

struct watch {
	struct core *core;
	struct http_later *later;
	uint64_t device;
};

static void
reply_learned(struct http_request *r, struct core *c, struct device *d) {
	struct json j;

	learning_settle(&c->state, d);
	json_init(&j);
	learn_view(c, d, &j);
	api_reply(r, 200, &j);
}

void
api_get_learned(struct http_request *r, void *core) {
	struct device *d = api_device(r, core);

	if (d)
		reply_learned(r, core, d);
}

static void
refuse_store(struct http_request *r, int result, const char *message) {
	if (result == -ENOMEM)
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
	else
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Nothing was changed; check the state directory's disk.",
			"%s",
			message
		);
}

static void
on_kept(void *context, const struct store_job *job) {
	struct watch *w = context;
	struct http_request *r = http_resume(w->later);
	struct device *d = device_by_id(&w->core->state, w->device);

	if (r && job->result < 0)
		refuse_store(r, job->result, job->message);
	else if (r && d)
		reply_learned(r, w->core, d);
	free(w);
}

struct span {
	struct json_number minutes;
};

static const struct json_field span_fields[] = {
	{"minutes",
	 JSON_NUMBER,
	 offsetof(struct span, minutes),
	 false,
	 false,
	 0,
	 LEARN_MINUTES_MAX},
};

void
api_learn_device(struct http_request *r, void *core) {
	struct core *c = core;
	struct device *d = api_device(r, c);
	struct span span;

	if (!d || !http_read(r, span_fields, ARRAY_LEN(span_fields), &span))
		return;
	uint64_t minutes = span.minutes.present ? (uint64_t)span.minutes.value : LEARN_MINUTES;
	if (minutes == 0 && !learning_is_on(d->learning, clock_wall_ns())) {
		reply_learned(r, c, d);
		return;
	}
	struct watch *w = malloc(sizeof *w);
	if (!w) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	*w = (struct watch){.core = c, .later = http_later(r), .device = d->id};
	if (minutes == 0)
		learn_end(c, d, on_kept, w);
	else
		learn_begin(c, d, clock_wall_ns() + minutes * 60 * NS_PER_S, on_kept, w);
}
