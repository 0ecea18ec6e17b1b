// SPDX-License-Identifier: BSD-3-Clause
// The tiers: what is written into the finest is summed up, once a span is over, into the next.
//
// Shape:   a span that was summed up already (the clock went back) gets what comes late directly,
//          in every tier that has passed it: the sums of the tiers are equal, always.
// Units:   wall seconds.
// Threads: that of the connection, within a transaction.
// Errors:  as control/history/hdb.h.

#pragma once

#include "control/history/hdb.h"

// Adds to the device's span of the finest tier at this time.
int tier_add(struct hdb *db, uint64_t time_s, uint32_t device, const struct bucket *b);
// Sums up what is over.
int tier_roll_up(struct hdb *db, uint64_t now_s);
// Removes what is too old, in every table; then, while the file is larger than `size`, the oldest
// connections, then the oldest of the finest tier that has any.
int tier_prune(struct hdb *db, const struct history_config *config, uint64_t now_s);
// Bytes in use.
int tier_size(struct hdb *db, uint64_t *ret);
