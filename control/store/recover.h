// SPDX-License-Identifier: BSD-3-Clause
// After a failed fsync: what is on the disk is found out, not believed.
//
// Shape:   the kernel keeps pages whose write-back failed as if they were on the disk.  So they are
//          dropped from memory, what follows the last acknowledged commit is cut off the log, and
//          the database is opened anew from what the disk then gives, every page of it checked.
// Threads: that of the connection.
// Errors:  -EROFS while the disk still fails: nothing is written until it works.
// Source:  Rebello et al., "Can Applications Recover from fsync Failures?" (ATC 2020), 4.1 and 5;
//          SQLite, "WAL-mode File Format" (header 32 bytes, salts at 16, frames of 24 + page size).

#pragma once

#include "control/store/db.h"

// Remembers how far the log goes now that a commit was acknowledged, and empties it in time.
void db_watch_log(struct store_db *db);
int db_recover(struct store_db *db);
