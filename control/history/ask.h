// SPDX-License-Identifier: BSD-3-Clause
// Questions to the history: a window as a series and as a list of who moved most; closed
// connections.
//
// Shape:   ask_* in a connection of its own; the tier follows from the window and the step, what is
//          too old for it comes from the next coarser one, what is too new from the finer ones:
//          every frame is counted once.  A span longer than a step is shared among its steps.
// Units:   wall seconds; a window is [from, to).
// Threads: the reader's; what is asked and answered is a copy.
// Errors:  as control/history/hdb.h.

#pragma once

#include "control/history/flow_row.h"
#include "control/history/hdb.h"

#define ASK_DEVICES_MAX 64
#define ASK_PLACES_MAX 8
#define ASK_SERVICES_MAX 8
#define ASK_POINTS_MAX 2000
#define ASK_ITEMS_MAX 500 // that people are shown
#define ASK_SERIES_MAX 32 // that a series of their own is told of
#define ASK_ROWS_MAX 20000 // that are looked through
#define ASK_PLACE_NAME 256

enum ask_group {
	ASK_ALL,
	ASK_BY_DEVICE,
	ASK_BY_DESTINATION,
	ASK_BY_SERVICE,
	ASK_BY_ROW, // device, destination and service
};

struct ask_place {
	char name[ASK_PLACE_NAME]; // empty: by id
	uint64_t id;
	uint8_t kind; // enum place_kind
};

struct history_question {
	uint64_t from_s;
	uint64_t to_s;
	uint64_t step_s; // 0: no series
	enum ask_group group;
	size_t limit; // items
	size_t series; // of so many, of the first ones, the points too
	uint64_t devices[ASK_DEVICES_MAX]; // ids
	size_t devices_count; // 0: all
	bool one_place;
	struct ask_place place;
	uint32_t services[ASK_SERVICES_MAX]; // protocol << 16 | port; port 0: any
	size_t services_count; // 0: all
};

struct history_item {
	uint64_t device; // id; 0: not of one
	struct ask_place place; // PLACE_OTHER: what has no row of its own
	uint32_t service;
	struct history_counts counts;
	uint64_t last_s; // the newest span it is in
	struct history_counts *points; // as many as the answer has; NULL: not asked for
};

struct history_answer {
	uint64_t from_s; // as it was answered: whole spans
	uint64_t to_s;
	uint64_t oldest_s; // that there is anything of; 0: nothing
	struct history_counts total;
	struct history_counts *points; // one a step
	size_t points_count;
	struct history_item *items; // most bytes first
	size_t items_count;
	size_t items_all; // there were
	struct history_counts rest; // of those that are not listed
	struct history_counts *series; // the points of the items
};

int ask_counts(struct hdb *db, const struct history_question *q, struct history_answer *ret);
void answer_free_counts(struct history_answer *a);
// The steps that make about as many points as a chart is wide, none finer than what is kept of a
// window that began `age_s` ago.
uint64_t ask_step(uint64_t window_s, uint64_t age_s);

struct flows_question {
	uint64_t before; // id; 0: the newest
	uint64_t from_s;
	uint64_t to_s;
	size_t limit;
	uint64_t devices[ASK_DEVICES_MAX];
	size_t devices_count;
	bool one_place;
	struct ask_place place;
	int dropped; // 1, 0, or -1: either
};

struct flows_item {
	struct flow_row row; // its device is an id
	struct ask_place place;
};

struct flows_answer {
	struct flows_item *items; // newest first
	size_t count;
	uint64_t next; // `before` of the next page; 0: there is none
};

int ask_flows(struct hdb *db, const struct flows_question *q, struct flows_answer *ret);

// Numbers and names of one connection.
int ask_device_numbers(struct hdb *db, const uint64_t *ids, size_t count, uint32_t *ret);
int ask_place_numbers(
	struct hdb *db,
	const struct ask_place *p,
	uint32_t ret[ASK_PLACES_MAX],
	size_t *ret_count
);
int ask_place_name(struct hdb *db, uint32_t number, struct ask_place *ret);
uint64_t ask_device_id(struct hdb *db, uint32_t number); // 0: none
