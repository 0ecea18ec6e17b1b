// SPDX-License-Identifier: BSD-3-Clause
// Fragment table: which ports the first fragment of a datagram had, for the later ones.
//
// Shape:   four entries a bucket, the oldest gives way; a first fragment replaces an older one of
//          the same datagram id.
// Units:   microseconds.
// Threads: its own worker only.
// Errors:  none: an unknown datagram is judged by its addresses.
// Source:  RFC 8200 4.5: sixty seconds to put a datagram together.

#pragma once

#include "dataplane/parse/parse.h"
#include "dataplane/table/hash.h"

#include <stdbool.h>
#include <stdint.h>

struct fragment_table;

struct fragment_table *fragment_table_new(uint32_t datagrams, const uint64_t seed[HASH_SEED_WORDS]);
void fragment_table_free(struct fragment_table *t);

// `f` is a first fragment: remember its key for the datagram `id`.
void fragment_store(struct fragment_table *t, const struct facts *f, uint32_t id, uint64_t now_us);
// `f` is a later one: give it the key and direction of the first.  False: none is known.
bool fragment_apply(struct fragment_table *t, struct facts *f, uint32_t id, uint64_t now_us);
