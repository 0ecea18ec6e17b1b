// SPDX-License-Identifier: BSD-3-Clause
// All that the history holds of a device, as pieces of JSON: the rest of two arrays, `history` and
// `connections`, of a document that its reader began.
//
// Threads: the reader's.
// Errors:  as control/history/hdb.h; the document then stays unfinished.

#pragma once

#include "control/history/ask.h"
#include "platform/json_write.h"

#define EXPORT_PIECE (64 * 1024)

struct history_export {
	uint64_t devices[ASK_DEVICES_MAX];
	size_t devices_count;
	unsigned int part; // the tiers, then the connections
	int64_t after; // key or id of the last row
	bool begun; // of this array something stands already
};

// The next piece into `ret`, which is emptied; *ret_more says whether another follows.
int export_next(struct hdb *db, struct history_export *e, struct json *ret, bool *ret_more);
