// SPDX-License-Identifier: BSD-3-Clause
// The store: one thread that owns the database and writes the image file.  Everything that waits
// for a disk waits there.
//
// Shape:   state.db in the state directory, SQLite in WAL mode with synchronous=FULL and locked
//          for this process alone.  Jobs run in order; `done` is called in the loop's thread.
// Threads: store_open, store_load and store_start before the loop runs; then store_submit from the
//          core thread, `run` in the store thread, `done` in the core thread.
// Errors:  a job's result is 0, -ENOSPC (nothing was changed), or another -errno (nothing was
//          changed; after a failed fsync -EROFS until the disk works: control/store/recover.h).
// Source:  DESIGN 4; reliability.md 8.

#pragma once

#include "control/accepted.h"
#include "control/access/account.h"
#include "control/store/rows.h"
#include "control/thread.h"

#include <stddef.h>

#define STORE_ERROR 512

struct audit_entry;
struct ev_loop;
struct state;
struct store;
struct store_db;
struct store_job;

typedef int (*store_run)(struct store_db *db, struct store_job *job);
typedef void (*store_done)(struct store_job *job);

struct store_job {
	store_run run;
	store_done done; // may free the job
	int result;
	char message[200]; // why, for a person
	struct thread_job job; // the store's own
};

// On failure ret_error is a sentence with the way out.
int store_open(const char *state_dir, struct store **ret, char ret_error[STORE_ERROR]);
// What was kept, into an empty state.  Each kept change is handed to `keep`, oldest first.
int store_load(
	struct store *st,
	struct state *s,
	void (*keep)(void *context, const struct change *c),
	void *context,
	char ret_error[STORE_ERROR]
);
// Before store_start: the job, at once and in this thread.
int store_do_now(struct store *st, struct store_job *job);
// Makes the directory and what leads to it.
int store_make_directory(const char *path);
int store_start(struct store *st, struct ev_loop *loop);
void store_submit(struct store *st, struct store_job *job);
// Lets every job finish, then closes.  Their `done` is called.
void store_close(struct store *st);

// --- The jobs there are ---

// A person's change, in one transaction with what it needs to be understood after a restart.
struct store_change {
	struct store_job job;
	struct change change;
	bool has_device;
	bool has_destination;
	struct device_row device; // as they will be
	struct destination_row destination;
	struct rule_state_row rule_state; // of a rule that goes; id 0: of none
	uint64_t generation;
	const char *profiles_dir; // the household's own
	struct audit_entry *audit; // told in the same transaction; freed by who made it
};
int store_run_change(struct store_db *db, struct store_job *job);

// The texts of the household's profiles, instead of those that were kept.
struct store_accepted {
	struct store_job job;
	struct accepted accepted;
};
int store_run_accepted(struct store_db *db, struct store_job *job);

// Somebody confirmed a change that would have been taken back.
struct store_confirm {
	struct store_job job;
	uint64_t change;
};
int store_run_confirm(struct store_db *db, struct store_job *job);

// What was learned since the last batch.
struct store_batch {
	struct store_job job;
	struct device_row *devices;
	struct destination_row *destinations;
	struct peer_row *peers;
	struct rule_state_row *rule_states;
	struct fact_row *facts;
	size_t devices_count;
	size_t destinations_count;
	size_t peers_count;
	size_t rule_states_count;
	size_t facts_count;
	uint64_t generation;
};
int store_run_batch(struct store_db *db, struct store_job *job);

// What a device was seen to need since the last time, and from when to when it is watched.
struct store_learning {
	struct store_job job;
	uint64_t device;
	uint64_t began_ns;
	uint64_t until_ns;
	uint64_t left_out;
	bool whole; // these are all rows there are
	bool has_device; // may not be kept yet
	struct device_row row;
	struct learned_row *rows;
	size_t count;
};
int store_run_learning(struct store_db *db, struct store_job *job);

// A change of accounts, or when they were used, in one transaction.
struct store_access {
	struct store_job job;
	const struct account_step *steps;
	size_t count;
};
int store_run_access(struct store_db *db, struct store_job *job);
// As store_load: each row as the step that would make it.
int store_load_access(
	struct store *st,
	void (*found)(void *context, const struct account_step *step),
	void *context,
	char ret_error[STORE_ERROR]
);

// The rules image for the next start of the dataplane: temporary, fsync, rename, fsync.
struct store_image {
	struct store_job job;
	const char *state_dir;
	void *image;
	size_t length;
};
int store_run_image(struct store_db *db, struct store_job *job);
