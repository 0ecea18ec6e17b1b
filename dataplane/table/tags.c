// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/tags.h"

#define PROBES 16u

uint16_t
tags_number(struct tags_table *t, const uint16_t *vlan, unsigned int tags) {
	uint32_t row =
		(uint32_t)tags << 24 | (tags > 3 ? vlan[3] & 0xfffu : 0) << 12 | (vlan[2] & 0xfffu);
	uint32_t at = row * 0x9e3779b1u >> 20;

	for (uint32_t i = 0; i < PROBES; i++) {
		uint32_t *r = &t->row[(at + i) % TAGS_ROWS];
		if (*r == 0)
			*r = row;
		if (*r == row)
			return (uint16_t)((at + i) % TAGS_ROWS + 1);
	}
	return TAGS_OTHER;
}

void
tags_ids(const struct tags_table *t, uint16_t number, uint16_t vlan[4]) {
	uint32_t row = number == 0 || number > TAGS_ROWS ? 0 : t->row[number - 1];

	vlan[2] = row & 0xfff;
	vlan[3] = row >> 12 & 0xfff;
}
