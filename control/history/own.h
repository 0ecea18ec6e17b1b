// SPDX-License-Identifier: BSD-3-Clause
// The insides of the history, shared by its files.
//
// Threads: feed and history the core thread's; writer and reader their threads' alone.

#pragma once

#include "control/history/batch.h"
#include "control/history/history.h"
#include "control/map.h"
#include "control/traffic.h"

#include <sys/types.h>

struct feed_row {
	struct feed_row_key {
		uint64_t device;
		uint32_t place;
		uint32_t service;
	} key;
	struct history_counts counts;
};

struct feed_total {
	uint64_t device;
	struct history_counts counts;
};

struct feed_place {
	struct feed_place_key {
		uint64_t destination;
		uint64_t coarse;
	} key;
	uint32_t index;
};

struct feed_base {
	struct feed_base_key {
		uint64_t kind; // enum base_kind
		uint64_t id;
	} key;
	struct traffic counted;
};

struct feed {
	struct map rows;
	struct map totals;
	struct map places; // of this batch, by destination and level
	struct map bases; // of flows and devices that were counted before, until they are heard of
	struct history_batch *next; // gathers places and flows
	uint64_t lost_flows; // closed connections that found no room
};

struct history {
	struct core *core;
	const struct history_config *config;
	struct feed feed;
	struct thread *writer_thread;
	struct thread *reader_thread;
	struct history_writer writer;
	struct hdb reader;
	ino_t reader_inode; // of the file that it opened
	char file[1100];
	struct history_batch *batch; // under way, or to be tried again
	struct history_batch *gathered; // a span each, oldest first, to be written together
	unsigned int gathered_count;
	bool failed; // it waits to be tried again
	bool paused;
	char message[HISTORY_MESSAGE];
	uint64_t size; // bytes, after the last batch
	uint64_t bucket_s; // what is gathered belongs there
	uint64_t run; // of the dataplane
	bool bases_whole; // the next batch says all of them
	unsigned int batches;
	int64_t offset_ns; // of the wall from the monotonic clock, at the last look
	uint64_t steady_ns; // monotonic: the clock is believed from then on
};

// The batch that was gathered, and an empty one in its place.
struct history_batch *feed_begin_next(struct feed *f);
void feed_put_base(struct feed *f, enum base_kind kind, uint64_t id, const struct traffic *t);
int feed_init(struct feed *f);
void feed_fini(struct feed *f);
// What was gathered, as a batch; NULL when it was nothing, or without memory.
struct history_batch *feed_take(struct history *h);
bool feed_is_full(const struct feed *f);
// From the rows of the database.
int feed_load_bases(struct feed *f, struct hdb *db);
void feed_clear_bases(struct feed *f);
void feed_drop(struct feed *f, uint64_t device); // what was gathered of it

struct destination;
// The index of a place in the batch that is gathered; 0, the place of all that has none.
uint32_t feed_place(struct history *h, const struct destination *d, bool coarse);
