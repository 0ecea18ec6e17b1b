// SPDX-License-Identifier: BSD-3-Clause
// A row of the audit trail as SQLite has it, and the file that keeps the newest hash: what the
// store writes and what spinctl verifies by.
//
// Threads: pure.

#pragma once

#include "control/audit/entry.h"

#define AUDIT_HEAD_FILE "audit.head"
#define AUDIT_COLUMN_NAMES                                                                         \
	"seq,time,who,role,way,source,operation,objects,before,after,outcome,reason,times,"        \
	"change,undoes,previous,hash"

struct sqlite3_stmt;

// A row of AUDIT_COLUMN_NAMES; NULL without memory.
struct audit_entry *audit_from_row(struct sqlite3_stmt *s);
// What it says of rows that it let go; seq 0: nothing.
void audit_trimmed(const struct audit_entry *e, struct audit_head *ret);
// 0, -ENOENT, or -EINVAL when it is not such a file.
int audit_read_head(const char *path, struct audit_head *ret);
