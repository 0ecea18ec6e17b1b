// SPDX-License-Identifier: BSD-3-Clause
// A store in a folder of its own, with a home to be kept in it.

#pragma once

#include "control/store/store.h"
#include "platform/base.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <ev.h>

#include <stdio.h>

static char directory[] = "/tmp/spin-store-XXXXXX";

static inline const char *
path_of(const char *name) {
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

struct rig {
	struct ev_loop *loop;
	struct store *store;
	struct gathering g;
	struct change kept[8];
	size_t kept_count;
};

static inline void
keep(void *context, const struct change *c) {
	struct rig *r = context;

	assert_true(r->kept_count < ARRAY_LEN(r->kept));
	r->kept[r->kept_count++] = *c;
}

static inline void
rig_open(struct rig *r) {
	char error[STORE_ERROR] = "";

	*r = (struct rig){.loop = ev_loop_new(EVBACKEND_EPOLL)};
	gathering_open(&r->g);
	if (store_open(directory, &r->store, error) < 0
	    || store_load(r->store, &r->g.s, keep, r, error) < 0)
		fail_msg("%s", error);
	assert_int_equal(store_start(r->store, r->loop), 0);
}

static inline void
rig_close(struct rig *r) {
	store_close(r->store);
	gathering_close(&r->g);
	ev_loop_destroy(r->loop);
}

static inline void
done(struct store_job *job) {
	job->done = NULL;
}

// Runs the job in the store thread and the loop until it is done.
static inline int
run(struct rig *r, struct store_job *job) {
	job->done = done;
	store_submit(r->store, job);
	while (job->done)
		ev_run(r->loop, EVRUN_ONCE);
	return job->result;
}
