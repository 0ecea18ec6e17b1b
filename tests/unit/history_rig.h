// SPDX-License-Identifier: BSD-3-Clause
// A history in a folder of its own, and batches to be written into it.

#pragma once

#include "control/history/batch.h"
#include "platform/base.h"
#include "tests/unit/seed.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY 86400ull
#define NOON (20000 * DAY + DAY / 2)

static char directory[] = "/tmp/spin-history-XXXXXX";
static struct history_config config;

static inline void
writer_open(struct history_writer *w) {
	char message[HISTORY_MESSAGE] = "";

	*w = (struct history_writer){.config = &config};
	snprintf(w->file, sizeof w->file, "%s/history.db", directory);
	if (writer_ready(w, message) < 0)
		fail_msg("%s", message);
}

static inline void
writer_close(struct history_writer *w, bool forget) {
	char path[1200];
	static const char *const ends[] = {"", "-wal", "-shm"};

	hdb_close(&w->db);
	for (size_t i = 0; forget && i < ARRAY_LEN(ends); i++) {
		snprintf(path, sizeof path, "%s%s", w->file, ends[i]);
		unlink(path);
	}
}

static inline struct history_batch *
batch_of(uint64_t time_s) {
	struct history_batch *b = calloc(1, sizeof *b);

	b->time_s = time_s;
	b->places = calloc(64, sizeof *b->places);
	b->places_count = 1;
	b->rows = calloc(512, sizeof *b->rows);
	b->totals = calloc(64, sizeof *b->totals);
	b->flows = calloc(64, sizeof *b->flows);
	return b;
}

static inline uint32_t
add_place(struct history_batch *b, enum place_kind kind, const char *name) {
	b->places[b->places_count] =
		(struct batch_place){.kind = (uint8_t)kind, .id = 7, .name = strdup(name)};
	return (uint32_t)b->places_count++;
}

static inline struct history_counts
some_counts(uint64_t *seed) {
	uint64_t n = seed_next(seed) % 100;

	return (struct history_counts){
		.packets_out = n,
		.bytes_out = n * 700,
		.packets_in = 2 * n,
		.bytes_in = n * (seed_next(seed) % 3000),
		.dropped = n % 3,
		.flows = n % 2,
	};
}

static inline void
write_now(struct history_writer *w, struct history_batch *b) {
	b->result = batch_write(w, b);
	if (b->result < 0)
		fail_msg("%s", b->message);
	batch_free(b);
}
