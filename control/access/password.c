// SPDX-License-Identifier: BSD-3-Clause
// Nobody's password is checked against a hash made at start, so that the time of an answer does not
// tell which names there are.

#include "control/access/password.h"

#include <crypt.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hasher {
	struct thread *thread;
	struct thread_job first; // makes the hash of nobody's password
	char nobody[ACCOUNT_PASSWORD];
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

static void
run_first(void *context, struct thread_job *job) {
	struct hasher *h = context;

	(void)job;
	make("nobody's password", h->nobody);
}

static void
first_done(struct thread_job *job) {
	(void)job;
}

static void
run(void *context, struct thread_job *job) {
	struct hasher *h = context;

	password_run((struct password_job *)job, h->nobody);
}

static void
done(struct thread_job *job) {
	struct password_job *p = (struct password_job *)job;

	p->done(p);
}

struct hasher *
hasher_start(struct ev_loop *loop) {
	struct hasher *h = calloc(1, sizeof *h);

	if (!h)
		return NULL;
	int r = thread_start(loop, h, &h->thread);
	if (r < 0) {
		free(h);
		errno = -r;
		return NULL;
	}
	h->first = (struct thread_job){.run = run_first, .done = first_done};
	thread_submit(h->thread, &h->first);
	return h;
}

int
hasher_submit(struct hasher *h, struct password_job *job) {
	if (thread_waiting(h->thread) >= HASHER_WAITING_MAX)
		return -EBUSY;
	job->job = (struct thread_job){.run = run, .done = done};
	thread_submit(h->thread, &job->job);
	return 0;
}

void
hasher_stop(struct hasher *h) {
	if (!h)
		return;
	thread_stop(h->thread);
	free(h);
}
