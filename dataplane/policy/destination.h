// SPDX-License-Identifier: BSD-3-Clause
// Which destinations of the policy an address stands for, as one device sees it.
//
// Shape:   by the names through which the device came to the address, else by the address alone.
//          A list that names the address speaks in any case.
// Threads: a worker's own call; names are shared.

#pragma once

#include "dataplane/table/name.h"
#include "dataplane/worker.h"

#include <stdbool.h>
#include <stdint.h>

struct destinations {
	unsigned int n;
	uint32_t row[NAME_ROWS];
	bool listed; // on a list that is blocked, by a name or by the address
};

// Multicast, broadcast and link-local addresses: no destination rule is about them.
bool destination_is_local(uint8_t family, const uint8_t address[16]);

// The rows that the names of a chain match, each once, and whether a list names one of them.
void
destination_match(const struct policy *p, const struct name_chain *chain, struct destinations *ret);

// *chain: the name the flow was judged by, 0 when it has none yet; set when one is found.
void destination_find(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	uint32_t *chain,
	struct destinations *ret
);
