// SPDX-License-Identifier: BSD-3-Clause
// What happened since the last write, on its way from the core thread to the database.
//
// Shape:   rows are what devices did with places; places stand in the batch once, rows name them by
//          their index.  `bases` says how far each counter that moved was taken: (kind, key,
//          counts).
// Threads: made by the core thread, then the writer's until it is done.
// Errors:  batch_write leaves the database as it was, and says why in `message`.

#pragma once

#include "control/history/flow_row.h"
#include "control/history/hdb.h"
#include "control/thread.h"

struct batch_place {
	uint8_t kind; // enum place_kind
	uint64_t id; // of the destination, 0: none
	char *name;
	uint32_t number; // the database's
};

struct batch_row {
	uint64_t device;
	uint32_t place; // index in places
	uint32_t service;
	struct history_counts counts;
};

struct batch_total {
	uint64_t device;
	struct history_counts counts;
};

enum base_kind {
	BASE_FLOW, // by its id on the wire
	BASE_DEVICE, // by its MAC as a number
};

struct history_batch {
	struct thread_job job;
	struct history_batch
		*next; // written in the same transaction; result and message are the first's
	void *owner;
	uint64_t time_s; // wall; 0: the clock is not set, so the last span there is
	bool steady; // the clock did not jump: what is old may go
	struct batch_row *rows; // sorted by device when written
	struct batch_total *totals; // the same
	struct batch_place *places; // [0] is PLACE_OTHER
	struct flow_row *flows; // place and place_2 are indices in places
	size_t rows_count;
	size_t totals_count;
	size_t places_count;
	size_t flows_count;
	struct bytes bases;
	bool bases_whole; // they replace all that were kept
	uint64_t run; // of the dataplane, that the bases are about
	int result;
	char message[HISTORY_MESSAGE];
	uint64_t size; // of the database, after it
};

void batch_free(struct history_batch *b); // and those that follow

struct history_writer {
	struct hdb db;
	char file[1100];
	const struct history_config *config;
	unsigned int batches; // since the start
	uint64_t aged_1; // connections before this id are at level 1 at least
	uint64_t aged_2;
};

int batch_write(struct history_writer *w, struct history_batch *b);
// control/history/age.c: one step of it, within a transaction.
int age_flows(struct history_writer *w, uint64_t now_s);
// Opens it again when that is due; a damaged file is put aside.
int writer_ready(struct history_writer *w, char ret_message[HISTORY_MESSAGE]);
