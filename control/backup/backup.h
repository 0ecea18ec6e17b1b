// SPDX-License-Identifier: BSD-3-Clause
// Backup and restore: one file that holds what people decided, and the way back from it.
//
// Shape:   a tar file, compressed with gzip: manifest.json first (format, version, release, and of
//          each file its length and SHA-256), then the files of the table in places.c.  `tar tzf`
//          lists it.  A restore is read and checked whole into STATE/restore, with a plan; at the
//          next start, before anything is opened, the plan is carried out; carrying it out again
//          changes nothing, so that a power cut in the middle is of no account.  The audit trail is
//          not among what goes back.
// Threads: the store thread; backup_put before there are threads.
// Errors:  0 or -errno with a sentence.
// Source:  POSIX.1-2017 pax "ustar"; RFC 1952.

#pragma once

#include "control/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;
struct sqlite3;

#define BACKUP_FORMAT "spin-backup"
#define BACKUP_VERSION 1
#define BACKUP_ERROR 400
#define BACKUP_NAME 160
#define BACKUP_FILES_MAX 512
#define BACKUP_BYTES_MAX (64u << 20) // of the file
#define BACKUP_CONTENT_MAX (256u << 20) // of what is in it
#define BACKUP_UPLOAD "restore.upload" // in the state directory, as the others
#define BACKUP_STAGING "restore.new"
#define BACKUP_STAGED "restore" // whole, and to be put in place at the next start
#define BACKUP_PLAN "plan"
#define BACKUP_DATABASE "state/state.db"

// A file here that belongs into a backup, or one of a backup.
struct backup_item {
	char name[BACKUP_NAME]; // in the archive
	char path[CONFIG_PATH + BACKUP_NAME]; // here
	uint64_t size;
	char sha256[65];
	bool here; // it exists
	bool differs; // from the one of the archive
};

struct backup_set {
	struct backup_item items[BACKUP_FILES_MAX];
	size_t count;
	// Of one that was read.
	char release[32];
	char created[32];
};

// --- places.c ---

// What there is here to be saved, with lengths and hashes, but for the database.
int backup_look(const struct config *c, struct backup_set *ret, char ret_error[BACKUP_ERROR]);
// Where a name of an archive belongs here; false: nowhere.
bool backup_place(const struct config *c, const char *name, char *ret_path, size_t room);
int backup_hash(const char *path, uint64_t *ret_size, char ret_sha256[65]);

// --- write.c ---

// The whole into the file `to`, which is new or written over.
int backup_write(
	const struct config *c,
	struct sqlite3 *db,
	const char *to,
	char ret_error[BACKUP_ERROR]
);

// --- read.c ---

// Every file of the archive into `folder`, which is made anew, as 0, 1, 2 …
int backup_read(
	const struct config *c,
	const char *archive,
	const char *folder,
	struct backup_set *ret,
	char ret_error[BACKUP_ERROR]
);

// --- plan.c ---

// Is what was read in order, and what would become of what is here?  Writes the plan into `folder`
// and tells of it in `j`, as an object.
int backup_plan(
	const struct config *c,
	const struct backup_set *s,
	const char *folder,
	struct json *j,
	char ret_error[BACKUP_ERROR]
);

// --- put.c ---

// Without a running control: reads, checks and puts in place at once; tells on stdout.
int backup_restore_now(const struct config *c, const char *archive, char ret_error[BACKUP_ERROR]);
// What was read and planned in `folder` is to be put in place at the next start.
int backup_stage(const char *state_dir);
bool backup_is_staged(const char *state_dir);
int backup_put(const char *state_dir, char ret_error[BACKUP_ERROR]);
void backup_clear(const char *folder); // one of ours, with the files in it
