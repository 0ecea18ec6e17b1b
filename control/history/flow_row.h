// SPDX-License-Identifier: BSD-3-Clause
// A closed connection as a row of history.db, with no more in it than its privacy level lets stand.
//
// Shape:   level 0: all; 1: no full name, no address where there is a domain, no port of the
//          device, no Community ID, which tells of both; 2: the place is an organisation, a country
//          or nothing, times are whole minutes.
// Units:   wall nanoseconds, kept to the millisecond.
// Threads: pure.
// Errors:  -ENOMEM; -EBADMSG for bytes that nobody packed.

#pragma once

#include "control/community_id.h"
#include "control/history/bucket.h"

#define FLOW_NAME_MAX 255

struct flow_row {
	uint64_t id;
	uint64_t device; // its id, or its number as read
	uint32_t place; // as levels 0 and 1 say it, 2 as level 2 does
	uint32_t place_2;
	uint8_t level;
	// the body
	uint64_t started_ns;
	uint64_t ended_ns;
	uint32_t service;
	uint8_t family;
	uint8_t reason; // enum reason
	bool inward; // the other end began
	struct history_counts counts;
	uint16_t port; // the device's end; 0: none, or not kept
	bool has_address;
	uint8_t address[16];
	uint8_t community[COMMUNITY_ID_BYTES]; // zero: not kept
	char name[FLOW_NAME_MAX + 1]; // empty: none, or not kept
};

// Takes away what the level does not keep; never gives anything back.
void flow_row_lower(struct flow_row *f, unsigned int level, bool has_domain);
int flow_row_pack(const struct flow_row *f, struct bytes *ret);
int flow_row_unpack(const void *data, size_t length, struct flow_row *ret);
