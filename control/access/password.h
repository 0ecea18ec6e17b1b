// SPDX-License-Identifier: BSD-3-Clause
// Passwords, hashed by libcrypt's yescrypt on a thread of their own: one takes a good part of a
// tenth of a second.
//
// Shape:   a bounded queue; `done` is called in the loop's thread and may free the job.
// Threads: start, submit and stop from the core thread.
// Errors:  hasher_submit returns -EBUSY when the queue is full; a job's result is 0, -EACCES for a
//          wrong password, or another -errno.
// Source:  crypt(3), crypt(5).

#pragma once

#include "control/access/account.h"
#include "control/thread.h"

#include <stdbool.h>

#define PASSWORD_LEAST 10 // characters
#define PASSWORD_MOST 128
#define PASSWORD_BYTES 512 // CRYPT_MAX_PASSPHRASE_SIZE
#define HASHER_WAITING_MAX 16

struct ev_loop;
struct hasher;

struct password_job {
	struct thread_job job;
	void (*done)(struct password_job *job);
	bool checks; // `given` against `stored`
	bool makes; // the hash of `fresh` into `made`, when the check was passed
	char given[PASSWORD_BYTES];
	char stored[ACCOUNT_PASSWORD]; // empty: nobody's; takes as long, and is wrong
	char fresh[PASSWORD_BYTES];
	char made[ACCOUNT_PASSWORD];
	int result;
};

struct hasher *hasher_start(struct ev_loop *loop); // NULL with errno
int hasher_submit(struct hasher *h, struct password_job *job);
void hasher_stop(struct hasher *h); // what waits is done first
// The job itself, in this thread.
void password_run(struct password_job *job, const char *nobody);
void password_forget(struct password_job *job); // wipes the passwords
