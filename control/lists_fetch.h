// SPDX-License-Identifier: BSD-3-Clause
// One run of spin-fetch, from the loop.
//
// Shape:   begin, then `done` once, unless lists_fetch_end came first.
// Threads: the loop's.
// Errors:  -errno when the program cannot be started; all else is an outcome.
// Source:  control/fetch/main.c for what is said on both sides.

#pragma once

#include "control/child.h"
#include "control/lists_config.h"

#define LISTS_TAG 256

struct lists_fetch_job {
	const struct lists_source *source;
	const char *program;
	const char *path; // where the content goes; NULL: into `content`
	int content; // the caller's descriptor
	const char *accept; // NULL: any type
	const char *etag, *modified; // of the copy that we have; empty: none
};

struct lists_fetched {
	enum {
		LISTS_FETCHED_NOT,
		LISTS_FETCHED_NEW,
		LISTS_FETCHED_UNCHANGED,
	} status;
	char etag[LISTS_TAG];
	char modified[LISTS_TAG];
	char error[LISTS_TAG];
};

typedef void (*lists_fetch_done)(void *context, const struct lists_fetched *result);

struct lists_fetch {
	struct child child;
	lists_fetch_done done;
	void *context;
};

int lists_fetch_begin(
	struct lists_fetch *f,
	struct ev_loop *loop,
	const struct lists_fetch_job *job,
	lists_fetch_done done,
	void *context
);
void lists_fetch_end(struct lists_fetch *f); // ends the program, if one runs
