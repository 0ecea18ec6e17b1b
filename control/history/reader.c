// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/reader.h"

#include "control/history/own.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static int
open_reader(struct history *h) {
	struct stat st = {.st_ino = 0};

	// Another file stands there when a damaged one was put aside.
	bool same = stat(h->file, &st) == 0 && st.st_ino == h->reader_inode;
	if (h->reader.sqlite && !h->reader.reopen && same)
		return 0;
	hdb_close(&h->reader);
	h->reader_inode = st.st_ino;
	return hdb_open_reader(&h->reader, h->file);
}

static void
run_ask(void *context, struct thread_job *job) {
	struct history_ask *a = container_of(job, struct history_ask, job);
	struct history *h = context;

	a->result = open_reader(h);
	if (a->result == 0)
		a->result = a->run(&h->reader, a);
	if (a->result < 0)
		snprintf(a->message, sizeof a->message, "%s", h->reader.message);
}

static void
asked(struct thread_job *job) {
	struct history_ask *a = container_of(job, struct history_ask, job);

	a->then(a);
}

int
history_ask(struct history *h, struct history_ask *a) {
	if (thread_waiting(h->reader_thread) >= READER_WAITING_MAX)
		return -EBUSY;
	a->job = (struct thread_job){.run = run_ask, .done = asked};
	thread_submit(h->reader_thread, &a->job);
	return 0;
}
