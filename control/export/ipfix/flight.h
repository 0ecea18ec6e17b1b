// SPDX-License-Identifier: BSD-3-Clause
// What was handed to a connection and may never arrive: how many records go with its end.
//
// Shape:   the newest IPFIX_FLIGHT_MAX messages, more than a connection's buffer holds.
// Threads: its owner's.

#pragma once

#include <stddef.h>
#include <stdint.h>

#define IPFIX_FLIGHT_MAX 256

struct ipfix_flight {
	uint16_t length[IPFIX_FLIGHT_MAX], records[IPFIX_FLIGHT_MAX]; // zeros: nothing flies
	unsigned int next;
};

void ipfix_flight_add(struct ipfix_flight *f, size_t length, unsigned int records);
// Records in the newest messages that the last `bytes` belong to, even if only in part.
unsigned int ipfix_flight_records(const struct ipfix_flight *f, size_t bytes);
// Those that the other end of a TCP connection did not acknowledge, without the first `begun` bytes
// of the next message.
unsigned int ipfix_flight_unheard(const struct ipfix_flight *f, int fd, size_t begun);
