// SPDX-License-Identifier: BSD-3-Clause
// The audit trail in the database: rows are written in the transaction of what they tell of, and
// the newest hash is kept apart in a file beside it.
//
// Shape:   the file follows the commit, so a crash can leave it behind the table and never ahead:
//          a file that is ahead means that rows are missing, and the chain goes on from the file,
//          so that the gap stays visible for ever.
// Units:   times in milliseconds since 1970.
// Threads: the store thread; audit_open before it runs.  `done` of the jobs in the core thread.
// Errors:  as those of the store: the row and what it tells of are written, or neither.
// Source:  DESIGN 9, "Durable order"; reliability.md 8.

#pragma once

#include "control/audit/audit_row.h"
#include "control/id.h"
#include "control/store/store.h"

#define AUDIT_ROWS_MAX 50000 // about 30 MB
#define AUDIT_DAYS 400
#define AUDIT_TRIM_ROWS 1000 // go at once, with one row that says so
#define AUDIT_PAGE_MAX 500

// After db_open: where the chain ends.
int audit_open(struct store_db *db, const char *state_dir);
// In a transaction: gives the entry its place in the chain.  NULL is nothing.
int audit_put(struct store_db *db, struct audit_entry *e);
// In a transaction: lets what is too much or too old go, at most AUDIT_TRIM_ROWS.
int audit_trim(struct store_db *db, uint64_t rows_max, uint64_t oldest_ms);
// Between jobs: the file, when it is behind.
void audit_keep_head(struct store_db *db);

// --- The jobs ---

// An entry of its own; freed by who made it.
struct store_audit {
	struct store_job job;
	struct audit_entry *entry;
};
int store_run_audit(struct store_db *db, struct store_job *job);

struct audit_query {
	uint64_t from; // seq, exclusive; 0: from the end
	bool oldest_first;
	bool things_only; // what concerns devices, destinations and rules
	size_t limit;
	uint64_t since_ms;
	uint64_t until_ms; // 0: now
	char who[64];
	char operation[AUDIT_OPERATION];
	char object[64];
	char way[16];
};

struct store_audit_page {
	struct store_job job;
	struct audit_query query;
	struct audit_entry *rows[AUDIT_PAGE_MAX]; // to be freed
	size_t count;
	struct audit_head head; // as the file has it
};
int store_run_audit_page(struct store_db *db, struct store_job *job);
