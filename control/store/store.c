// SPDX-License-Identifier: BSD-3-Clause

#include "control/store/store.h"

#include "control/audit/audit_store.h"
#include "control/store/db.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

LOG_DOMAIN("store");

struct store {
	struct store_db db; // before store_start: main thread; then: store thread
	struct thread *thread; // NULL before store_start
};

int
store_make_directory(const char *path) {
	char part[1024];

	snprintf(part, sizeof part, "%s", path);
	for (char *at = part + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = 0;
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -errno;
		*at = '/';
	}
	return mkdir(part, 0750) < 0 && errno != EEXIST ? -errno : 0;
}

int
store_open(const char *state_dir, struct store **ret, char ret_error[STORE_ERROR]) {
	char file[1100];
	int r = store_make_directory(state_dir);

	if (r < 0) {
		snprintf(
			ret_error,
			STORE_ERROR,
			"%.200s: cannot be made: %s: choose another --state-dir",
			state_dir,
			strerror(-r)
		);
		return r;
	}
	struct store *st = calloc(1, sizeof *st);
	if (!st)
		return -ENOMEM;
	snprintf(file, sizeof file, "%s/state.db", state_dir);
	r = db_open(&st->db, file, ret_error);
	if (r == 0 && (r = audit_open(&st->db, state_dir)) < 0) {
		snprintf(ret_error, STORE_ERROR, "%.160s: %.140s", file, st->db.message);
		db_close(&st->db);
	}
	if (r < 0) {
		free(st);
		return r;
	}
	*ret = st;
	return 0;
}

struct store_db *
store_database(struct store *st) {
	return &st->db;
}

int
store_do_now(struct store *st, struct store_job *job) {
	job->result = job->run(&st->db, job);
	return job->result;
}

static void
run(void *context, struct thread_job *t) {
	struct store *st = context;
	struct store_job *job = container_of(t, struct store_job, job);

	job->result = job->run(&st->db, job);
}

static void
done(struct thread_job *t) {
	struct store_job *job = container_of(t, struct store_job, job);

	job->done(job);
}

// Nobody waits for it; the file is never ahead of what is committed.
static void
keep_head(void *context) {
	struct store *st = context;

	audit_keep_head(&st->db);
}

int
store_start(struct store *st, struct ev_loop *loop) {
	return thread_start(loop, st, &st->thread);
}

void
store_submit(struct store *st, struct store_job *job) {
	job->job = (struct thread_job){.run = run, .done = done, .after = keep_head};
	thread_submit(st->thread, &job->job);
}

void
store_close(struct store *st) {
	if (!st)
		return;
	thread_stop(st->thread);
	audit_keep_head(&st->db);
	db_close(&st->db);
	free(st);
}
