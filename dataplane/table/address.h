// SPDX-License-Identifier: BSD-3-Clause
// Address table: which IP addresses each device was seen with, and how that is known.
//
// Shape:   a set of (device slot, source of the knowledge, address), bounded in all and per device.
// Threads: any; one lock, which only the first packets of flows and neighbour messages take.
// Errors:  none: what no longer fits is not remembered.

#pragma once

#include "dataplane/table/hash.h"

#include <stdbool.h>
#include <stdint.h>

struct address_table;

struct address {
	uint8_t address[16];
	uint16_t slot;
	uint8_t family; // 0: empty
	uint8_t source; // enum source
	uint32_t pad;
	uint64_t seen_ns;
};

struct address_table *
address_table_new(uint32_t addresses, uint32_t per_device, const uint64_t seed[HASH_SEED_WORDS]);
void address_table_free(struct address_table *t);

uint64_t address_hash(
	const struct address_table *t,
	uint16_t slot,
	uint8_t source,
	uint8_t family,
	const uint8_t address[16]
);
// True when it was new and is now remembered.
bool address_add(struct address_table *t, uint64_t hash, const struct address *a);
// Is this one of the device's, however that is known?
bool address_has(struct address_table *t, uint16_t slot, uint8_t family, const uint8_t address[16]);
// For snapshots: the i-th place, false when nothing is there; i below address_places.
uint32_t address_places(const struct address_table *t);
bool address_get(struct address_table *t, uint32_t i, struct address *ret);
