// SPDX-License-Identifier: BSD-3-Clause
// Datagram table: copies of datagrams that come in fragments, for those who read names.
//
// Shape:   64 datagrams of at most 4 KiB each (what lies behind is not kept), the oldest gives way.
//          The frames themselves are never touched.
// Units:   microseconds; offsets from the first byte behind the IP header.
// Threads: its own worker only.
// Errors:  none: a datagram whose fragments overlap is forgotten, as is one that takes too long.
// Source:  RFC 791 3.2, 8200 4.5, 5722 (overlaps); the bound is DESIGN 9's.

#pragma once

#include "dataplane/parse/parse.h"

#include <stddef.h>
#include <stdint.h>

#define DATAGRAM_ROOM 4096u

struct datagram_table;

struct datagram_table *datagram_table_new(void);
void datagram_table_free(struct datagram_table *t);

// Adds the fragment `id` of the packet with facts `f`; `bytes` are those in hand, at most
// id->length.  When that completes the datagram, or its first 4 KiB, *ret_bytes is set and its
// length returned; the copy is forgotten by the next call.  Else 0.
size_t datagram_add(
	struct datagram_table *t,
	const struct facts *f,
	const struct fragment_id *id,
	const uint8_t *bytes,
	size_t length,
	uint64_t now_us,
	const uint8_t **ret_bytes
);
