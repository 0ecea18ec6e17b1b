// SPDX-License-Identifier: BSD-3-Clause
// What the files of this folder share of the notifications as they are held.
//
// Threads: the core thread.

#pragma once

#include "control/notify/notify.h"
#include "control/notify/scan.h"
#include "platform/base.h"

#define NOTIFY_AGAIN_NS (3600 * NS_PER_S) // so long the same thing is not told again
#define NOTIFY_SAME_NS (24 * 3600 * NS_PER_S) // so long it is the same thing

struct held {
	struct notice n; // first: sorted by its id
	bool changed; // since the browsers were told
	bool dirty; // since it was written
	bool urgent; // more than its count is to be written
	uint64_t blocking; // the device that its button is to block
	uint64_t told_ns; // when it was news last
	uint64_t written_ns;
};

struct notify {
	struct held **held; // oldest first
	size_t count;
	struct notify_mute *mutes[NOTIFY_MUTES_MAX];
	size_t mutes_count;
	uint64_t gone[NOTIFY_MAX]; // ids, to be removed from the store
	size_t gone_count;
	uint64_t left[NOTIFY_MAX]; // the same, to be told to browsers
	size_t left_count;
	struct deliver *deliver;
	bool writing;
	uint64_t failed_ns; // monotonic; when it could not be written

	// watch.c
	bool first_home; // the store knew no device: all of them are new to us
	uint64_t newest_device; // id of the newest that was told of
	uint64_t looked_ns;
	uint64_t scans_looked_ns;
	uint64_t scanning[SCANS_MAX]; // ids of the devices that did when it was looked for last
	size_t scanning_count;
	uint64_t events_lost;
	bool stored; // as it was last second
	uint64_t lists_wrong; // a bit each
	uint64_t lost_ns; // monotonic; when the dataplane went away; 0: it did not
};

// keep.c: the device is blocked now, as some button asked.
void notify_blocked(struct notify *n, uint64_t device);
void notify_scans(struct core *c, uint64_t now_ns); // watch.c: who scans, and who stopped
void notify_make_room(struct notify *n); // for one more
void notify_forget(struct notify *n, struct held *h);
