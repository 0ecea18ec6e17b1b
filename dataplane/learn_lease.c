// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/learn_lease.h"

#include "dataplane/inspect/dhcp.h"
#include "dataplane/inspect/dhcpv6.h"
#include "dataplane/report.h"
#include "dataplane/table/device.h"

#include <string.h>

static uint64_t
question_hash(const struct shared *s, uint16_t slot, uint32_t xid) {
	return hash_8((uint64_t)slot << 32 | xid, s->seed) | 1;
}

void
lease_asked(struct worker *w, uint16_t slot, uint32_t xid) {
	uint64_t hash = question_hash(w->shared, slot, xid);
	_Atomic uint64_t *place = &w->shared->lease_asked[hash >> 32 & (LEASES_ASKED - 1)];

	atomic_store_explicit(place, hash, memory_order_relaxed);
}

static bool
was_asked(const struct shared *s, uint16_t slot, uint32_t xid) {
	uint64_t hash = question_hash(s, slot, xid);
	const _Atomic uint64_t *place = &s->lease_asked[hash >> 32 & (LEASES_ASKED - 1)];

	return atomic_load_explicit(place, memory_order_relaxed) == hash;
}

void
lease_given4(struct worker *w, const struct dhcp_message *d, ns_t now) {
	uint16_t slot = device_find(w->shared->devices, d->mac);
	uint8_t address[16] = {0};

	if (slot < SLOT_FIRST || !was_asked(w->shared, slot, d->xid))
		return;
	memcpy(address, d->yours, 4);
	report_address(w, slot, SOURCE_DHCP, 4, address, now);
}

void
lease_given6(struct worker *w, uint16_t slot, const struct dhcpv6_message *d, ns_t now) {
	if (!was_asked(w->shared, slot, d->xid))
		return;
	for (unsigned int i = 0; i < d->addresses_n; i++)
		report_address(w, slot, SOURCE_DHCPV6, 6, d->addresses[i], now);
}
