// SPDX-License-Identifier: BSD-3-Clause
// Nobody's password is checked against a hash made at start, so that the time of an answer does not
// tell which names there are.

#include "control/access/password.h"

#include <ev.h>

#include <crypt.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

STAILQ_HEAD(job_list, password_job);

struct hasher {
	struct ev_loop *loop;
	struct ev_async finished_some;
	pthread_t thread;
	pthread_mutex_t lock; // of what follows
	pthread_cond_t wake;
	struct job_list waiting, finished;
	unsigned int count; // of those waiting
	bool stop;
};

static int
make(const char *password, char ret[ACCOUNT_PASSWORD]) {
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	struct crypt_data data = {0};

	if (!crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting))
		return -errno;
	const char *hash = crypt_rn(password, setting, &data, sizeof data);
	int r = !hash ? -errno : strlen(hash) >= ACCOUNT_PASSWORD ? -ENAMETOOLONG : 0;
	if (r == 0)
		strcpy(ret, hash);
	explicit_bzero(&data, sizeof data);
	return r;
}

static int
check(const char *password, const char *stored, const char *nobody) {
	struct crypt_data data = {0};
	const char *hash = crypt_rn(password, stored[0] ? stored : nobody, &data, sizeof data);
	size_t length = strlen(stored);
	bool same = hash && length > 0 && strlen(hash) == length
		&& CRYPTO_memcmp(hash, stored, length) == 0;

	explicit_bzero(&data, sizeof data);
	return same ? 0 : -EACCES;
}

void
password_run(struct password_job *job, const char *nobody) {
	job->result = job->checks ? check(job->given, job->stored, nobody) : 0;
	if (job->result == 0 && job->makes)
		job->result = make(job->fresh, job->made);
}

void
password_forget(struct password_job *job) {
	explicit_bzero(job->given, sizeof job->given);
	explicit_bzero(job->fresh, sizeof job->fresh);
}

static void *
work(void *context) {
	struct hasher *h = context;
	struct password_job *job;
	char nobody[ACCOUNT_PASSWORD] = "";

	make("nobody's password", nobody);
	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (!(job = STAILQ_FIRST(&h->waiting)) && !h->stop)
			pthread_cond_wait(&h->wake, &h->lock);
		if (!job)
			break;
		STAILQ_REMOVE_HEAD(&h->waiting, next);
		h->count--;
		pthread_mutex_unlock(&h->lock);
		password_run(job, nobody);
		pthread_mutex_lock(&h->lock);
		STAILQ_INSERT_TAIL(&h->finished, job, next);
		ev_async_send(h->loop, &h->finished_some);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void
finish(struct hasher *h) {
	struct password_job *job;

	for (;;) {
		pthread_mutex_lock(&h->lock);
		job = STAILQ_FIRST(&h->finished);
		if (job)
			STAILQ_REMOVE_HEAD(&h->finished, next);
		pthread_mutex_unlock(&h->lock);
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

struct hasher *
hasher_start(struct ev_loop *loop) {
	struct hasher *h = calloc(1, sizeof *h);
	sigset_t all, before;

	if (!h)
		return NULL;
	h->loop = loop;
	STAILQ_INIT(&h->waiting);
	STAILQ_INIT(&h->finished);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->wake, NULL);
	ev_async_init(&h->finished_some, on_finished);
	h->finished_some.data = h;
	ev_async_start(loop, &h->finished_some);
	sigfillset(&all); // signals belong to the loop's thread
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&h->thread, NULL, work, h);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r == 0)
		return h;
	ev_async_stop(loop, &h->finished_some);
	free(h);
	errno = r;
	return NULL;
}

int
hasher_submit(struct hasher *h, struct password_job *job) {
	pthread_mutex_lock(&h->lock);
	int r = h->count < HASHER_WAITING_MAX ? 0 : -EBUSY;
	if (r == 0) {
		STAILQ_INSERT_TAIL(&h->waiting, job, next);
		h->count++;
		pthread_cond_signal(&h->wake);
	}
	pthread_mutex_unlock(&h->lock);
	return r;
}

void
hasher_stop(struct hasher *h) {
	if (!h)
		return;
	pthread_mutex_lock(&h->lock);
	h->stop = true;
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	finish(h);
	ev_async_stop(h->loop, &h->finished_some);
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->wake);
	free(h);
}
