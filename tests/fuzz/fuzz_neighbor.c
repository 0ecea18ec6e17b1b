// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as ARP and as neighbour discovery: nobody claims a group address or nothing.
#include "dataplane/inspect/neighbor.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const uint8_t source[16] = {0xfe, 0x80, [15] = 1};
	static const uint8_t sender[6] = {2, 0, 0, 0, 0, 1};
	struct neighbor n;

	if (neighbor_arp(data, size, &n))
		must(n.family == 4 && !(n.mac[0] & 1));
	if (neighbor_nd(source, sender, data, size, &n))
		must(n.family == 6 && !(n.mac[0] & 1) && n.address[0] != 0xff);
	return 0;
}
