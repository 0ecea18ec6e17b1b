// SPDX-License-Identifier: BSD-3-Clause
// Reads one NetBIOS name service message for the name that its sender gives itself.
//
// Shape:   registrations, refreshes and releases of a name with the sender's address, positive
//          answers with it, and node status answers.  Only unique names of a computer (suffix 00)
//          or its file service (20); groups are workgroups, not devices.
// Threads: pure.
// Errors:  -EBADMSG: cut short or contradicts itself; -ENOENT: says nothing of the sender's name.
// Source:  RFC 1002 4.2, RFC 1001 14.1; suffixes: [MS-NBTE] 2.2.1.

#pragma once

#include <stddef.h>
#include <stdint.h>

#define NETBIOS_PORT 137
#define NETBIOS_NAME_MAX 16 // with NUL

// `own` is the sender's IPv4 address.  Returns the name's length.
int netbios_read(
	const uint8_t *message,
	size_t length,
	const uint8_t own[4],
	char ret[NETBIOS_NAME_MAX]
);
