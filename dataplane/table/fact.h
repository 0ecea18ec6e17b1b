// SPDX-License-Identifier: BSD-3-Clause
// Fact table: what each device told of itself, or showed, by kind and source.
//
// Shape:   a set of (device slot, kind, source, text); of a kind that has one text the newest
//          replaces the older. Bounded in all, per device, and in how fast a device may change
//          what is known of it: nobody's own chatter costs another his place or control its time.
// Threads: any; one lock, which only packets that say something take.
// Errors:  -ENOSPC: not remembered, the caller counts; -EINVAL: no text, or no such device.

#pragma once

#include "dataplane/table/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FACT_TEXT_MAX 256 // with NUL
#define FACTS_PER_DEVICE 48

struct fact_table;

struct fact_row {
	uint64_t key;
	uint64_t seen_ns;
	uint16_t slot;
	uint16_t length;
	uint8_t kind; // enum fact_kind
	uint8_t source; // enum source
	char text[FACT_TEXT_MAX];
};

struct fact_table *
fact_table_new(uint32_t facts, uint32_t devices, const uint64_t seed[HASH_SEED_WORDS]);
void fact_table_free(struct fact_table *t);

// A number that tells this fact from others; of a kind that has one text it is without the text.
uint64_t fact_key(
	const struct fact_table *t,
	uint16_t slot,
	uint8_t kind,
	uint8_t source,
	const char *text,
	size_t length
);
// 1: new or changed, 0: known.  A longer text is cut.
int fact_add(
	struct fact_table *t,
	uint64_t key,
	uint16_t slot,
	uint8_t kind,
	uint8_t source,
	const char *text,
	size_t length,
	uint64_t now_ns
);
// Takes one from what the device may change: a burst, then one a second.
bool fact_may_change(struct fact_table *t, uint16_t slot, uint64_t now_ns);
// For snapshots: the i-th row; i below fact_rows.
uint32_t fact_rows(struct fact_table *t);
void fact_get(struct fact_table *t, uint32_t i, struct fact_row *ret);
