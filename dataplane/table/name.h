// SPDX-License-Identifier: BSD-3-Clause
// Name table: by which names a device came to an address.
//
// Shape:   eight entries a bucket, keyed by (device slot, address), the oldest gives way.  An
//          entry names a chain: the question and every name on the way to the address, in wire
//          form with their final zero bytes.  Chains lie in one ring of bytes and are forgotten
//          when the ring comes round; entries in use are carried forward.  Where an answer took
//          the place of another that still lived, the other stays known beside it: addresses are
//          shared, and only the connection itself can tell by which name it was made.
// Units:   a chain's position counts 16 bytes, from 1, and wraps; 0 is none.  TTLs in seconds.
// Threads: readers take no lock and retry; writers take the table's own.
// Errors:  none: what does not fit is not known.

#pragma once

#include "dataplane/table/hash.h"
#include "platform/wire_types.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_CHAIN_MAX 1008 // bytes of names
#define NAME_ROWS 3 // objects that are kept with an entry
#define NAME_LIFE_MIN_S 60u // caches of devices keep a name longer than a small TTL says

struct name_entry {
	uint8_t address[16];
	uint16_t slot;
	uint8_t family : 4; // 0: empty
	uint8_t source : 4; // enum source
	uint8_t rows : 7; // of row[]; what the names match in the policy of `epoch`
	uint8_t more : 1; // they match more than that: the chain has to be asked
	uint32_t chain;
	uint32_t ttl;
	uint32_t epoch; // 0: not looked up yet
	uint64_t seen_ns;
	uint64_t lists; // of that policy that name one of them, as bits
	uint32_t other; // position of the chain it replaced while that lived, or a hello's, or 0
	uint32_t row[NAME_ROWS]; // objects
};

_Static_assert(sizeof(struct name_entry) == 64, "one line");

// Known from a hello, not from an answer.
static inline bool
name_is_served(const struct name_entry *e) {
	return e->source == SOURCE_TLS || e->source == SOURCE_QUIC;
}

struct name_chain {
	uint16_t length;
	uint16_t names;
	uint8_t bytes[NAME_CHAIN_MAX];
};

struct name_bucket;

struct name_table {
	struct name_bucket *bucket;
	atomic_uint *sequence; // by bucket
	uint8_t *ring;
	uint32_t mask;
	uint32_t units; // of the ring, a power of two
	atomic_uint head; // the next position to be written, never 0
	uint32_t used;
	atomic_flag lock;
	uint64_t seed[HASH_SEED_WORDS];
};

// Entries.  In line: while there are none, a new flow pays one look.
static inline uint32_t
name_table_used(const struct name_table *t) {
	return __atomic_load_n(&t->used, __ATOMIC_RELAXED);
}

struct name_table *name_table_new(uint32_t names, const uint64_t seed[HASH_SEED_WORDS]);
void name_table_free(struct name_table *t);

// Remembers `e` (address, slot, family, ttl, seen_ns, epoch, rows) with its chain.  *ret_old is
// what was known before (family 0: nothing); returns true when the chain is another one now.
// e->chain becomes its position.
bool name_learn(
	struct name_table *t,
	struct name_entry *e,
	const struct name_chain *chain,
	struct name_entry *ret_old
);
// A hello of the device said that the address is `chain`'s one name.  Returns the position of the
// chain that is to name the connection: that of an answer the name is in, or, and then e->chain is
// it, one of its own.
uint32_t name_serve(struct name_table *t, struct name_entry *e, const struct name_chain *chain);
bool name_find(
	const struct name_table *t,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	struct name_entry *ret
);
// False when the ring has forgotten it.
bool name_chain(const struct name_table *t, uint32_t position, struct name_chain *ret);
// Does the other name of an entry still live?
bool name_other(
	const struct name_table *t,
	const struct name_entry *e,
	uint64_t now_ns,
	struct name_chain *ret
);
// Stores what the entry's names match in another policy, unless the entry moved on.
void name_set_rows(struct name_table *t, const struct name_entry *e);

uint32_t name_places(const struct name_table *t);
bool name_get(const struct name_table *t, uint32_t i, struct name_entry *ret);
