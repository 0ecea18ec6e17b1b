// SPDX-License-Identifier: BSD-3-Clause
// Jobs about what is remembered of people: the home's level, erasing a device, telling what is
// held.
//
// Threads: as every job of control/store/store.h.

#pragma once

#include "control/store/store.h"
#include "control/text/language.h"
#include "platform/json_write.h"

// The home's privacy level, plus one; 0: as the configuration says.
struct store_level {
	struct store_job job;
	uint64_t level;
};
int store_run_level(struct store_db *db, struct store_job *job);

#define STORE_ERASE_MAX 64

// What was learned of these stations, and what people called them.
struct store_erase {
	struct store_job job;
	uint64_t devices[STORE_ERASE_MAX];
	size_t devices_count;
	uint64_t facts, names, learned, notices, changes; // removed
};
int store_run_erase(struct store_db *db, struct store_job *job);

// Objects into an array that is open in `rows`.
struct store_inventory {
	struct store_job job;
	const char *state_dir;
	char eve_file[1024]; // empty: none is written
	enum language language; // of whoever asks: another thread answers
	struct json *rows;
};
int store_run_inventory(struct store_db *db, struct store_job *job);
