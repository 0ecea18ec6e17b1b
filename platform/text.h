// SPDX-License-Identifier: BSD-3-Clause
// MAC addresses, IP addresses and times, as text and back.
//
// Units:   an address is 16 bytes with a family of 4 or 6, as in wire_types.h.
// Threads: pure.
// Errors:  parsers return 0 or -EINVAL; writers always fit their buffers.
// Source:  RFC 5952 (IPv6 text), RFC 3339 (times).

#pragma once

#include <stddef.h>
#include <stdint.h>

#define TEXT_MAC 18
#define TEXT_ADDRESS 46
#define TEXT_TIME 25

const char *text_mac(const uint8_t mac[6], char ret[TEXT_MAC]); // returns ret
const char *text_address(unsigned int family, const uint8_t address[16], char ret[TEXT_ADDRESS]);
// UTC with milliseconds, from nanoseconds since 1970.
const char *text_time(uint64_t realtime_ns, char ret[TEXT_TIME]);

// Six pairs of hex digits, parted by ':' or '-' alike.
int text_parse_mac(const char *text, uint8_t ret[6]);
int text_parse_address(const char *text, unsigned int *ret_family, uint8_t ret[16]);
// "2026-11-26T18:00:00Z", with fractions and an offset where they are given.
int text_parse_time(const char *text, uint64_t *ret_realtime_ns);
