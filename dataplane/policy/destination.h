// SPDX-License-Identifier: BSD-3-Clause
// Which objects of the rules an address stands for, as one device sees it.
//
// Shape:   the names through which the device came to the address, else what control knows that it
//          was; the address itself in any case, and the lists that name either.
// Threads: a worker's own call; names are shared.

#pragma once

#include "dataplane/table/name.h"
#include "dataplane/worker.h"
#include "platform/policy_decide.h"

#include <stdbool.h>
#include <stdint.h>

// What the names of a chain match.
struct destinations {
	unsigned int n;
	bool more; // than fit
	uint32_t row[NAME_ROWS]; // objects, each once
	uint64_t lists; // that anything hangs on, as bits
};

// Multicast, broadcast and link-local addresses: no rule about addresses or names is about them.
static inline bool
destination_is_local(uint8_t family, const uint8_t a[16]) {
	if (family == 6)
		return a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
	return a[0] >= 224 || (a[0] == 169 && a[1] == 254);
}

void
destination_match(const struct policy *p, const struct name_chain *chain, struct destinations *ret);
// Keeps it with the names, for the policy of `epoch`.
void destination_keep(struct name_entry *e, const struct destinations *d, uint32_t epoch);

// Gives `d` what the names of `chain` match, of which `found` is what destination_match kept.
void destination_decide_name(
	const struct policy *p,
	const struct name_chain *chain,
	const struct destinations *found,
	struct policy_decision *d
);

// Gives each object to `d` and returns the lists that name the address, as bits.
// *chain: the name the flow was judged by, 0 when it has none yet; set when one is found.
uint64_t destination_decide(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	uint32_t *chain,
	struct policy_decision *d
);

// Which other name of the address still lives beside the one that counts: *ret_second is its chain,
// or 0.  True: the one that counts was told by a hello, not by an answer.
bool destination_doubt(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	ns_t now,
	uint32_t *ret_second
);
