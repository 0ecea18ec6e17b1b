// SPDX-License-Identifier: BSD-3-Clause
// Where a frame's headers end: what follows is what people say to each other.
//
// Shape:   of a frame that cannot be read, only what was read; ARP and the targets of neighbour
//          discovery count as headers, what lies in ICMP errors, options of DHCP and names do not.
// Threads: pure.
// Source:  RFC 9293, 768, 3828, 4960 for the lengths of transport headers.

#pragma once

#include "dataplane/parse/parse.h"

#include <stddef.h>
#include <stdint.h>

// At most `length`, the bytes of the frame in hand.
uint32_t headers_end(const uint8_t *frame, uint32_t length, const struct facts *f);
