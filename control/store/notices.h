// SPDX-License-Identifier: BSD-3-Clause
// Notifications and mutes in state.db.
//
// Threads: as control/store/store.h.

#pragma once

#include "control/notify/notice.h"
#include "control/store/store.h"

struct store_notices {
	struct store_job job;
	struct notice *notices; // as they are now
	size_t notices_count;
	uint64_t *gone; // ids of notifications that are not there any more
	size_t gone_count;
	bool mutes;
	struct notify_mute mute;
	uint64_t unmutes; // id of a mute that ends; 0: none
};
int store_run_notices(struct store_db *db, struct store_job *job);

// Each as it was kept, oldest first; before store_start.
int store_load_notices(
	struct store *st,
	void (*notice)(void *context, const struct notice *n),
	void (*mute)(void *context, const struct notify_mute *m),
	void *context,
	char ret_error[STORE_ERROR]
);
