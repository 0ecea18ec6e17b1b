// SPDX-License-Identifier: BSD-3-Clause
// The addresses that the household's certificate is for.
//
// Shape:   those listened on; of a listener on every address (0.0.0.0, [::]) all that the machine
//          has now.  Sorted, so that two readings can be compared.
// Threads: any; getifaddrs asks the kernel.
// Source:  rtnetlink(7).

#pragma once

#include "control/tls/household.h"

// "192.0.2.1:443" or "[fd00::1]:443" → its address; false for anything else.
bool addresses_of(const char *listen, struct household_address *ret, bool *ret_any);
size_t addresses_now(
	const char *const *listen,
	size_t n_listen,
	struct household_address ret[HOUSEHOLD_ADDRESSES_MAX]
);
// A socket that is readable when an address came or went; -errno.
int addresses_watch(void);
void addresses_drain(int fd);
