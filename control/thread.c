// SPDX-License-Identifier: BSD-3-Clause

#include "control/thread.h"

#include "control/text/language.h"

#include <ev.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

STAILQ_HEAD(thread_jobs, thread_job);

struct thread {
	struct ev_loop *loop;
	struct ev_async finished_some;
	void *context;
	pthread_t id;
	pthread_mutex_t lock; // of what follows
	pthread_cond_t wake;
	struct thread_jobs waiting;
	struct thread_jobs finished;
	unsigned int waiting_count;
	bool stop;
};

static void *
work(void *context) {
	struct thread *t = context;
	struct thread_job *job;

	pthread_mutex_lock(&t->lock);
	for (;;) {
		while (!(job = STAILQ_FIRST(&t->waiting)) && !t->stop)
			pthread_cond_wait(&t->wake, &t->lock);
		if (!job)
			break;
		STAILQ_REMOVE_HEAD(&t->waiting, next);
		t->waiting_count--;
		pthread_mutex_unlock(&t->lock);
		language_speak((enum language)job->language);
		job->run(t->context, job);
		void (*after)(void *) = job->after; // the job is its owner's in a moment
		pthread_mutex_lock(&t->lock);
		STAILQ_INSERT_TAIL(&t->finished, job, next);
		ev_async_send(t->loop, &t->finished_some);
		if (!after)
			continue;
		pthread_mutex_unlock(&t->lock);
		after(t->context);
		pthread_mutex_lock(&t->lock);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

static void
finish(struct thread *t) {
	for (;;) {
		pthread_mutex_lock(&t->lock);
		struct thread_job *job = STAILQ_FIRST(&t->finished);
		if (job)
			STAILQ_REMOVE_HEAD(&t->finished, next);
		pthread_mutex_unlock(&t->lock);
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
thread_start(struct ev_loop *loop, void *context, struct thread **ret) {
	struct thread *t = calloc(1, sizeof *t);
	sigset_t all, before;

	if (!t)
		return -ENOMEM;
	t->loop = loop;
	t->context = context;
	STAILQ_INIT(&t->waiting);
	STAILQ_INIT(&t->finished);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, NULL);
	ev_async_init(&t->finished_some, on_finished);
	t->finished_some.data = t;
	ev_async_start(loop, &t->finished_some);
	// Signals belong to the loop's thread.
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&t->id, NULL, work, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0) {
		ev_async_stop(loop, &t->finished_some);
		free(t);
		return -r;
	}
	*ret = t;
	return 0;
}

void
thread_submit(struct thread *t, struct thread_job *job) {
	job->language = language_spoken();
	pthread_mutex_lock(&t->lock);
	STAILQ_INSERT_TAIL(&t->waiting, job, next);
	t->waiting_count++;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
}

unsigned int
thread_waiting(struct thread *t) {
	pthread_mutex_lock(&t->lock);
	unsigned int n = t->waiting_count;
	pthread_mutex_unlock(&t->lock);
	return n;
}

void
thread_stop(struct thread *t) {
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->id, NULL);
	finish(t);
	// What the endings of jobs asked for.
	for (struct thread_job *job; (job = STAILQ_FIRST(&t->waiting));) {
		STAILQ_REMOVE_HEAD(&t->waiting, next);
		job->run(t->context, job);
		job->done(job);
	}
	ev_async_stop(t->loop, &t->finished_some);
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->wake);
	free(t);
}
