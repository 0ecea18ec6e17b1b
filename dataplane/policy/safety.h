// SPDX-License-Identifier: BSD-3-Clause
// The part of the safety class that a frame alone does not tell: unicast DHCP with the server that
// was learned, and the gateway's own GUI.
//
// Threads: readers take no lock; servers are learned by any worker.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/worker.h"
#include "platform/safety.h"

#include <netinet/in.h>
#include <stdbool.h>

// The part that has to be looked up: for an IP packet that is DHCP or TCP.
bool safety_knows(const struct worker *w, const struct batch *b, unsigned int i);

static inline bool
safety_passes(const struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];

	if (f->flags & FACT_SAFE)
		return true;
	if (f->key.protocol != IPPROTO_TCP && f->names != NAMES_DHCP && f->names != NAMES_DHCPV6)
		return false;
	return (f->flags & FACT_IP) && safety_knows(w, b, i);
}

// An address from which a DHCP server offered or confirmed an address.
void safety_learn_server(struct shared *s, uint8_t family, const uint8_t address[16]);
