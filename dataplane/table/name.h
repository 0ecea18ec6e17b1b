// SPDX-License-Identifier: BSD-3-Clause
// Name table: by which names a device came to an address.
//
// Shape:   eight entries a bucket, keyed by (device slot, address), the oldest gives way.  An
//          entry names a chain: the question and every name on the way to the address, in wire
//          form with their final zero bytes.  Chains lie in one ring of bytes and are forgotten
//          when the ring comes round; entries in use are carried forward.
// Units:   a chain's position counts 16 bytes, from 1, and wraps; 0 is none.
// Threads: readers take no lock and retry; writers take the table's own.
// Errors:  none: what does not fit is not known.

#pragma once

#include "dataplane/table/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_CHAIN_MAX 1008 // bytes of names
#define NAME_ROWS 4 // objects that are kept with an entry

struct name_table;

struct name_entry {
	uint8_t address[16];
	uint16_t slot;
	uint8_t family; // 0: empty
	uint8_t rows : 7; // of row[]; what the names match in the policy of `epoch`
	uint8_t more : 1; // they match more than that: the chain has to be asked
	uint32_t chain;
	uint32_t ttl;
	uint32_t epoch; // 0: not looked up yet
	uint64_t seen_ns;
	uint64_t lists; // of that policy that name one of them, as bits
	uint32_t row[NAME_ROWS]; // objects
};

_Static_assert(sizeof(struct name_entry) == 64, "one line");

struct name_chain {
	uint16_t length;
	uint16_t names;
	uint8_t bytes[NAME_CHAIN_MAX];
};

struct name_table *name_table_new(uint32_t names, const uint64_t seed[HASH_SEED_WORDS]);
void name_table_free(struct name_table *t);

// Remembers `e` (address, slot, family, ttl, seen_ns, epoch, rows) with its chain.  *ret_old is
// what was known before (family 0: nothing); returns true when the chain is another one now.
bool name_learn(
	struct name_table *t,
	const struct name_entry *e,
	const struct name_chain *chain,
	struct name_entry *ret_old
);
bool name_find(
	const struct name_table *t,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	struct name_entry *ret
);
// False when the ring has forgotten it.
bool name_chain(const struct name_table *t, uint32_t position, struct name_chain *ret);
// Stores what the entry's names match in another policy, unless the entry moved on.
void name_set_rows(struct name_table *t, const struct name_entry *e);

uint32_t name_table_used(const struct name_table *t);
uint32_t name_places(const struct name_table *t);
bool name_get(const struct name_table *t, uint32_t i, struct name_entry *ret);
