// SPDX-License-Identifier: BSD-3-Clause
// Addresses that a DHCP server gives to a device: believed when the device asked for them.
//
// Shape:   a question is remembered by its transaction number and the device, the newest ones; who
//          hears it and answers first is believed here as it is by the device.
// Threads: a worker's own call; questions are shared, an answer may come to another worker.

#pragma once

#include "dataplane/worker.h"

struct dhcp_message;
struct dhcpv6_message;

void lease_asked(struct worker *w, uint16_t slot, uint32_t xid);
void lease_given4(struct worker *w, const struct dhcp_message *d, ns_t now);
void lease_given6(struct worker *w, uint16_t slot, const struct dhcpv6_message *d, ns_t now);
