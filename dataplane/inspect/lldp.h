// SPDX-License-Identifier: BSD-3-Clause
// Reads one LLDP data unit: what a station says of itself to its neighbour.
//
// Shape:   texts point into the frame, length 0 when they are not there.
// Threads: pure.
// Errors:  -EBADMSG: not LLDP (its first three TLVs are fixed); a bad TLV ends the walk.
// Source:  IEEE 802.1AB-2016 clause 8; RFC 8520 section 11 (the MUD URL).

#pragma once

#include <stddef.h>
#include <stdint.h>

struct lldp_message {
	const char *name, *description, *mud;
	size_t name_length, description_length, mud_length;
};

// `data` begins behind the EtherType.
int lldp_read(const uint8_t *data, size_t length, struct lldp_message *ret);
