// SPDX-License-Identifier: BSD-3-Clause
// A database that is not the one in use, made as this release has it.

#include "control/store/db.h"

#include <stdio.h>
#include <stdlib.h>

int
db_bring_up(const char *file, char ret_error[STORE_ERROR]) {
	struct store_db *db = calloc(1, sizeof *db);

	if (!db) {
		snprintf(ret_error, STORE_ERROR, "out of memory");
		return -1;
	}
	int r = db_open(db, file, ret_error);
	if (r == 0)
		db_close(db);
	free(db);
	return r;
}
