// SPDX-License-Identifier: BSD-3-Clause
// Numbers of DNS as words.
//
// Threads: any.
// Source:  IANA, "Domain Name System (DNS) Parameters": resource record types and RCODEs; RFC 3597
//          5 for types without a word.

#pragma once

#include <stdint.h>

#define DNS_WORD 16

const char *dns_type(uint16_t type, char ret[DNS_WORD]);
const char *dns_rcode(uint8_t rcode, char ret[DNS_WORD]);
