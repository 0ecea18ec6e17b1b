// SPDX-License-Identifier: BSD-3-Clause
// What is held, told by the stores themselves: every table there is, with what it is about.
//
// Shape:   an object per table or file, schema InventoryRow of openapi.yaml.  A table that this
//          list does not know is told of with its name: nothing is left out.
// Threads: that of the connection.
// Errors:  a table that cannot be read has no numbers.

#pragma once

#include "platform/json_write.h"

#include <sqlite3.h>

#include <stdint.h>

struct inventory_row {
	const char *file, *table; // NULL: no table, but files, or what left the gateway
	const char *what; // this and `kept` are said in the reader's language
	uint64_t count, oldest_ns, bytes; // 0: not known
	const char *kept; // how long
	const char *seen_by; // roles, with spaces between them
};

void inventory_write(const struct inventory_row *r, struct json *j);
// The tables of an open database, into an array that is open.
void inventory_of_database(sqlite3 *db, const char *file, struct json *j);
// What lies beside the databases in the state directory.
void inventory_of_directory(const char *state_dir, struct json *j);
// A file outside of it that is rotated: FILE, FILE.1, FILE.2 …
void inventory_of_log(const char *path, const char *what, const char *kept, struct json *j);
