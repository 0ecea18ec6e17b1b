// SPDX-License-Identifier: BSD-3-Clause

#include "control/store/store.h"

#include "control/audit/audit_store.h"
#include "control/store/db.h"
#include "platform/log.h"

#include <ev.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

LOG_DOMAIN("store");

STAILQ_HEAD(job_list, store_job);

struct store {
	struct store_db db; // before store_start: main thread; then: store thread
	struct ev_loop *loop;
	struct ev_async finished_some;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; // of what follows
	pthread_cond_t wake;
	struct job_list waiting;
	struct job_list finished;
	bool stop;
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
	pthread_mutex_init(&st->lock, NULL);
	pthread_cond_init(&st->wake, NULL);
	STAILQ_INIT(&st->waiting);
	STAILQ_INIT(&st->finished);
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

static void *
work(void *context) {
	struct store *st = context;
	struct store_job *job;

	pthread_mutex_lock(&st->lock);
	for (;;) {
		while (!(job = STAILQ_FIRST(&st->waiting)) && !st->stop)
			pthread_cond_wait(&st->wake, &st->lock);
		if (!job)
			break;
		STAILQ_REMOVE_HEAD(&st->waiting, next);
		pthread_mutex_unlock(&st->lock);
		job->result = job->run(&st->db, job);
		pthread_mutex_lock(&st->lock);
		STAILQ_INSERT_TAIL(&st->finished, job, next);
		ev_async_send(st->loop, &st->finished_some);
		// Nobody waits for it; the file is never ahead of what is committed.
		pthread_mutex_unlock(&st->lock);
		audit_keep_head(&st->db);
		pthread_mutex_lock(&st->lock);
	}
	pthread_mutex_unlock(&st->lock);
	return NULL;
}

static void
finish(struct store *st) {
	struct store_job *job;

	for (;;) {
		pthread_mutex_lock(&st->lock);
		job = STAILQ_FIRST(&st->finished);
		if (job)
			STAILQ_REMOVE_HEAD(&st->finished, next);
		pthread_mutex_unlock(&st->lock);
		if (!job)
			return;
		job->done(job);
	}
}

static void
on_finished(struct ev_loop *loop, struct ev_async *w, int revents) {
	(void)loop;
	(void)revents;
	finish(w->data);
}

int
store_start(struct store *st, struct ev_loop *loop) {
	sigset_t all;
	sigset_t before;

	st->loop = loop;
	ev_async_init(&st->finished_some, on_finished);
	st->finished_some.data = st;
	ev_async_start(loop, &st->finished_some);
	// Signals belong to the loop's thread.
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&st->thread, NULL, work, st);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	st->running = r == 0;
	return -r;
}

void
store_submit(struct store *st, struct store_job *job) {
	pthread_mutex_lock(&st->lock);
	STAILQ_INSERT_TAIL(&st->waiting, job, next);
	pthread_cond_signal(&st->wake);
	pthread_mutex_unlock(&st->lock);
}

void
store_close(struct store *st) {
	if (!st)
		return;
	if (st->running) {
		pthread_mutex_lock(&st->lock);
		st->stop = true;
		pthread_cond_signal(&st->wake);
		pthread_mutex_unlock(&st->lock);
		pthread_join(st->thread, NULL);
		finish(st);
		// What the endings of jobs asked for: the thread is gone, so it is done here.
		for (struct store_job *job; (job = STAILQ_FIRST(&st->waiting));) {
			STAILQ_REMOVE_HEAD(&st->waiting, next);
			job->result = job->run(&st->db, job);
			job->done(job);
		}
		ev_async_stop(st->loop, &st->finished_some);
	}
	audit_keep_head(&st->db);
	db_close(&st->db);
	pthread_mutex_destroy(&st->lock);
	pthread_cond_destroy(&st->wake);
	free(st);
}
