// SPDX-License-Identifier: BSD-3-Clause
// What lists.c, lists_work.c, lists_feed.c and lists_view.c share, and who writes which of it.
//
// Threads: `loop` is the core thread, `worker` the one of lists_work.c; what says `lock` is
//          written and read under it by both.

#pragma once

#include "control/lists.h"
#include "control/lists_read.h"

#include <ev.h>

#include <pthread.h>
#include <time.h>

#define LISTS_FOLDER "lists" // in the state directory
#define LISTS_COPY ".list" // the last good content
#define LISTS_NEW ".new" // what has yet to be judged
#define LISTS_PART ".part" // what is being fetched
#define LISTS_META ".meta" // of the copy: where it is from, when, its ETag
#define LISTS_FILE_PATH (LISTS_PATH + 64)
#define LISTS_META_MAX 2048

struct lists_feed;

// What tells one version of a file from another.
struct lists_version {
	struct timespec changed;
	off_t size;
	ino_t inode;
	int error;
};

struct lists_sealed {
	int fd; // -1: none
	size_t length;
	uint64_t generation;
	uint64_t holds; // bits of lists that have content
	unsigned int countries; // so many of those wanted were looked for
};

// What is shown of a list's content.
struct lists_facts {
	bool have;
	const char *form; // static; NULL: empty
	uint64_t entries, exceptions, skipped, wrong, bytes;
	char first_wrong[LISTS_FINDING];
	uint64_t changed_ns; // of the content
	uint64_t good_ns; // when its source last had this or newer content for us
	char error[LISTS_FINDING]; // behind "the list 'x' …"; empty: the last attempt went well
	uint64_t error_ns;
};

struct lists_one {
	const struct lists_source *source;
	unsigned int bit;

	struct lists_facts facts; // lock
	bool asked; // lock: to be looked at now
	bool offered; // lock: a new file was fetched
	bool working; // lock: the worker is at it
	bool judged, accepted; // lock: what became of it
	char meta[LISTS_META_MAX]; // lock: to be written; empty: nothing

	struct lists_version seen; // worker
	bool candidate; // worker: NAME.new is to be judged

	uint64_t hits, last_hit_ns; // loop
	struct lists_feed *feed; // loop; NULL: a file
};

struct lists_country {
	char code[3];
	unsigned int bit;
};

struct lists {
	struct lists_setup setup;
	struct ev_loop *loop;
	struct dplink *link;
	struct ev_async made;
	pthread_t thread;
	struct lists_one one[LISTS_CONFIG_MAX];
	unsigned int count;

	struct lists_sealed image; // loop: the newest
	bool on_its_way; // loop: sent and not answered
	bool refused; // loop: the newest was
	char why[128];
	uint64_t in_force; // loop: bits of lists that the dataplane has
	unsigned int countries_in_force; // loop: of those wanted, were looked for
	unsigned int fetching; // loop: programs that run

	pthread_mutex_t lock; // of what follows
	pthread_cond_t wake;
	bool stop;
	bool ended; // the worker has
	bool look; // at all files, now
	struct lists_sealed fresh; // from the worker, for the loop
	struct lists_sealed keep; // from the loop, to be written
	char trouble[256]; // what a person should know of all lists together
	char bit_name[LISTS_MAX][LISTS_NAME]; // loop: whose each bit is; empty: free
	struct lists_country country[LISTS_MAX];
	unsigned int countries;
	char before[LISTS_MAX][LISTS_NAME]; // whose each bit was when control began

	bool built; // worker
	bool thread_runs; // loop
	lists_ended retired; // loop: whom to tell that the worker has ended; NULL: nobody
	void *context;
	bool write_failed;
	unsigned int countries_seen;
	struct lists_version country_seen;
};

// lists_work.c
void *lists_work(void *lists);

// lists_copy.c: files of a list in the state directory.
const char *lists_path(
	const struct lists *l,
	const struct lists_source *s,
	const char *kind,
	char ret[LISTS_FILE_PATH]
);
struct lists_version lists_version_of(const char *file);
bool lists_version_same(const struct lists_version *a, const struct lists_version *b);
// Makes the folder and removes what no list of the configuration left there.
void lists_sweep(const struct lists *l);
// From the source file to NAME.new; -errno with a phrase.
int lists_copy_source(
	const struct lists *l,
	const struct lists_source *s,
	char ret_error[LISTS_FINDING]
);
// NAME.new becomes the copy, on the disk too.
int lists_accept(const struct lists *l, const struct lists_source *s);

// lists_feed.c
int lists_feeds_prepare(struct lists *l);
void lists_feeds_start(struct lists *l);
void lists_feeds_stop(struct lists *l);
void lists_feeds_judged(struct lists *l); // the worker is done with some
void lists_feed_now(struct lists *l, struct lists_one *one);
bool lists_feed_runs(const struct lists_feed *f);
uint64_t lists_feed_next_ns(const struct lists_feed *f); // 0: running, or a file

// lists_country.c
bool lists_countries_changed(struct lists *l); // since the last call
// *holds gains the bits of those that have prefixes.
int lists_add_countries(
	struct lists *l,
	struct lists_build *b,
	uint64_t *holds,
	char ret_error[LISTS_FINDING]
);

// lists.c
// The bit it had before, or the first one that is free and was; -ENOSPC.
int lists_take_bit(struct lists *l, const char *name, bool *ret_same);
void lists_fail(struct lists *l, struct lists_one *one, const char *phrase); // logs; any thread
