// SPDX-License-Identifier: BSD-3-Clause
// Side table of the third and fourth VLAN tag: a flow key has room for two, so it carries a number.
//
// Threads: its own worker only.
// Errors:  when the table is full all further combinations share TAGS_OTHER.

#pragma once

#include <stdint.h>

#define TAGS_ROWS 4096u
#define TAGS_OTHER 0xffffu

struct tags_table {
	uint32_t row[TAGS_ROWS]; // tags (3 or 4) << 24 | fourth id << 12 | third id; 0: empty
};

// The number for these tags, `vlan` outer first, `tags` 3 or 4.
uint16_t tags_number(struct tags_table *t, const uint16_t *vlan, unsigned int tags);
// Fills vlan[2] and vlan[3].
void tags_ids(const struct tags_table *t, uint16_t number, uint16_t vlan[4]);
