// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/mac.h"

#include <stddef.h>
#include <string.h>

// Locally administered, but always the same for one machine: what hypervisors and containers give
// out, and numbers from before the bit had its meaning (the registry's own oui.txt).
static const struct {
	uint8_t bytes[3];
	uint8_t length;
} assigned[] = {
	{{0x52, 0x54, 0x00}, 3}, // QEMU, libvirt
	{{0x02, 0x42}, 2}, // Docker
	{{0x0a, 0x00, 0x27}, 3}, // VirtualBox
	{{0x02, 0x07, 0x01}, 3}, // Racal-Datacom
	{{0x02, 0x1c, 0x7c}, 3}, // Perq
	{{0x02, 0x60, 0x86}, 3}, // Logic Replacement
	{{0x02, 0x60, 0x8c}, 3}, // 3Com
	{{0x02, 0x70}, 2}, // CMC, M/A-COM and others
	{{0x02, 0xe6, 0xd3}, 3}, // Nixdorf
	{{0xaa, 0x00, 0x00}, 3}, // DEC
	{{0xaa, 0x00, 0x03}, 3},
	{{0xaa, 0x00, 0x04}, 3}, // DECnet
};

bool
mac_is_random(const uint8_t mac[6]) {
	if (!(mac[0] & 2) || mac[0] & 1)
		return false;
	for (size_t i = 0; i < sizeof assigned / sizeof *assigned; i++)
		if (memcmp(mac, assigned[i].bytes, assigned[i].length) == 0)
			return false;
	return true;
}
