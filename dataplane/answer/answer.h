// SPDX-License-Identifier: BSD-3-Clause
// Turns a frame that is not let through into the answer to it, in its own bytes, so that what
// asked fails at once instead of waiting for nobody.
//
// Shape:   the answer keeps tags and PPPoE session; MAC and IP addresses and ports change places;
//          checksums are written whole.  Only plain packets are answered: whole, unicast, without
//          IPv4 options or IPv6 extension headers.
// Units:   lengths in bytes, without FCS.
// Threads: pure.
// Errors:  0 where there is no answer; the frame is then as it was.
// Source:  RFC 1035 4.1 and 2308 5 (negative answers), 6891 (EDNS), 8914 (extended errors), 9293
//          3.10.7.1 (resets), 5961 for what a reset must carry to be taken.

#pragma once

#include "dataplane/parse/parse.h"

#include <stddef.h>
#include <stdint.h>

enum answer_dns {
	ANSWER_DNS_NXDOMAIN, // there is no such name
	ANSWER_DNS_ZERO, // its addresses are 0.0.0.0 and ::, and of other types there are none
};

// How much longer than the question the answer may be.
#define ANSWER_DNS_MORE 64

// A DNS question over UDP, in a frame of `length` bytes with room for ANSWER_DNS_MORE more.
// Returns the length of the answer.
size_t answer_dns(uint8_t *frame, size_t length, const struct facts *f, enum answer_dns what);

// A TCP segment other than a reset.  Returns the length of the reset.
size_t answer_reset(uint8_t *frame, size_t length, const struct facts *f);
