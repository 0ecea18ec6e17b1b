// SPDX-License-Identifier: BSD-3-Clause
// Captures that somebody brings: taken in parts, analysed by a confined program, and answered for
// like the home itself.
//
// Shape:   h2o 2.2.5 holds a body in memory until it is whole, and cuts a slow request off, so a
//          gigabyte comes in parts of ANALYSIS_PART, each a request of its own that can be sent
//          again; they go to a file in STATE/analyses.  When all are there the program runs, one at
//          a time.  All of it is gone after a day, when it is removed, and when control starts
//          again.  Nothing of it leaves this machine: there is no way to share it.
// Units:   wall nanoseconds.
// Threads: the core thread; the file is written in the store thread.
// Errors:  of a capture: its state and a sentence; of a call: -errno.

#pragma once

#include "control/analyses/fill.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct analyses;
struct analysis;
struct core;
struct json;

#define ANALYSIS_PART (256u << 10)
#define ANALYSIS_BYTES_MAX (1ull << 30)
#define ANALYSES_MAX 4
#define ANALYSIS_FLOWS 20000 // the largest; more are counted
#define ANALYSIS_NAME 128
#define ANALYSIS_HOMES 64
#define ANALYSIS_HOME 50 // bytes of a prefix
#define ANALYSIS_HOURS 24

#define ANALYSIS_STATES(X)                                                                         \
	X(UPLOADING, "uploading")                                                                  \
	X(WAITING, "waiting")                                                                      \
	X(RUNNING, "running")                                                                      \
	X(READY, "ready")                                                                          \
	X(FAILED, "failed")

enum analysis_state {
#define X(id, word) ANALYSIS_##id,
	ANALYSIS_STATES(X)
#undef X
};

struct analysis_wish {
	char name[ANALYSIS_NAME];
	uint64_t bytes;
	char home[ANALYSIS_HOMES][ANALYSIS_HOME]; // instead of the private ranges
	unsigned int homes;
};

struct analyses *analyses_new(struct core *c);
void analyses_free(struct analyses *all);
void analyses_second(struct analyses *all); // what is over goes

// -EMFILE: there are ANALYSES_MAX; -ENOSPC: the disk has no room for it; -errno of the file.
int analyses_add(struct analyses *all, const struct analysis_wish *w, struct analysis **ret);
void analysis_remove(struct analysis *a); // ends its program, and drops its file
struct analysis *analyses_find(const struct analyses *all, uint64_t id);
size_t analyses_count(const struct analyses *all);
struct analysis *analyses_at(const struct analyses *all, size_t i);

uint64_t analysis_id(const struct analysis *a);
enum analysis_state analysis_state(const struct analysis *a);
const struct fill *analysis_fill(const struct analysis *a);
// What the views of the API take instead of the live core; NULL until it is ready.
struct core *analysis_core(const struct analysis *a);
void analysis_view(const struct analysis *a, struct json *j);

// The next part, or one that is there already.  `done` is called later when 0 is returned;
// -EALREADY: it is there; -ERANGE: another one is next; -EINVAL: its length is wrong; -EBUSY.
typedef void (*analysis_done)(void *context, uint64_t analysis, int result);
int analysis_put(
	struct analysis *a,
	uint64_t number,
	const void *bytes,
	size_t length,
	analysis_done done,
	void *context
);
uint64_t analysis_next_part(const struct analysis *a);
