// SPDX-License-Identifier: BSD-3-Clause
// Addresses that mean something by themselves; declared in control/destination.h.

#include "control/destination.h"

bool
address_is_multicast(unsigned int family, const uint8_t a[16]) {
	if (family == 6)
		return a[0] == 0xff;
	return (a[0] & 0xf0) == 0xe0 || (a[0] == 255 && a[1] == 255 && a[2] == 255 && a[3] == 255);
}

// The ranges that never leave a home: RFC 1918, 6598, 3927; RFC 4193, 4291 2.5.6.
bool
address_is_local(unsigned int family, const uint8_t a[16]) {
	if (family == 6)
		return (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
	return a[0] == 10 || a[0] == 0 || (a[0] == 172 && (a[1] & 0xf0) == 16)
		|| (a[0] == 192 && a[1] == 168) || (a[0] == 100 && (a[1] & 0xc0) == 64)
		|| (a[0] == 169 && a[1] == 254);
}
