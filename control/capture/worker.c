// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/worker.h"

#include "platform/base.h"

#include <ev.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

STAILQ_HEAD(jobs, capture_job);

struct capture_worker {
	struct ev_loop *loop;
	struct ev_async poked;
	struct capture_worker_events events;
	void *context;
	pthread_t thread;
	pthread_mutex_t lock; // of what follows
	pthread_cond_t wake;
	struct jobs waiting, finished;
	bool kicked;
	bool stop;
};

// Waits for a job, a kick or the time; under the lock.
static void
rest(struct capture_worker *w, int ms) {
	struct timespec until;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	uint64_t ns = (uint64_t)until.tv_nsec + (uint64_t)MAX_OF(ms, 0) * NS_PER_MS;
	until.tv_sec += (time_t)(ns / NS_PER_S);
	until.tv_nsec = (long)(ns % NS_PER_S);
	while (r == 0 && !w->kicked && !w->stop && STAILQ_EMPTY(&w->waiting))
		r = ms < 0 ? pthread_cond_wait(&w->wake, &w->lock)
			   : pthread_cond_timedwait(&w->wake, &w->lock, &until);
	w->kicked = false;
}

static void *
work(void *context) {
	struct capture_worker *w = context;
	int ms = -1;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		rest(w, ms);
		struct capture_job *j = STAILQ_FIRST(&w->waiting);
		if (!j && w->stop)
			break;
		if (j)
			STAILQ_REMOVE_HEAD(&w->waiting, next);
		pthread_mutex_unlock(&w->lock);
		if (j)
			j->run(j);
		ms = w->events.turn(w->context);
		pthread_mutex_lock(&w->lock);
		if (j) {
			STAILQ_INSERT_TAIL(&w->finished, j, next);
			ev_async_send(w->loop, &w->poked);
		}
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void
finish(struct capture_worker *w) {
	for (;;) {
		pthread_mutex_lock(&w->lock);
		struct capture_job *j = STAILQ_FIRST(&w->finished);
		if (j)
			STAILQ_REMOVE_HEAD(&w->finished, next);
		pthread_mutex_unlock(&w->lock);
		if (!j)
			return;
		j->done(j);
	}
}

static void
on_poked(struct ev_loop *loop, struct ev_async *a, int revents) {
	struct capture_worker *w = a->data;

	(void)loop;
	(void)revents;
	finish(w);
	w->events.poked(w->context);
}

struct capture_worker *
worker_start(struct ev_loop *loop, const struct capture_worker_events *events, void *context) {
	struct capture_worker *w = calloc(1, sizeof *w);
	pthread_condattr_t monotonic;
	sigset_t all, before;

	if (!w)
		return NULL;
	w->loop = loop;
	w->events = *events;
	w->context = context;
	STAILQ_INIT(&w->waiting);
	STAILQ_INIT(&w->finished);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	ev_async_init(&w->poked, on_poked);
	w->poked.data = w;
	// Signals belong to the loop's thread.
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0) {
		free(w);
		errno = r;
		return NULL;
	}
	ev_async_start(loop, &w->poked);
	return w;
}

void
worker_stop(struct capture_worker *w) {
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	finish(w);
	ev_async_stop(w->loop, &w->poked);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->wake);
	free(w);
}

void
worker_submit(struct capture_worker *w, struct capture_job *j) {
	pthread_mutex_lock(&w->lock);
	STAILQ_INSERT_TAIL(&w->waiting, j, next);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

void
worker_kick(struct capture_worker *w) {
	pthread_mutex_lock(&w->lock);
	w->kicked = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

void
worker_poke(struct capture_worker *w) {
	ev_async_send(w->loop, &w->poked);
}
