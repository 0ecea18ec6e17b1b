// SPDX-License-Identifier: BSD-3-Clause
// Checksums of IP, TCP and UDP: completing those that a virtual interface left to "the hardware",
// and writing those of frames that we make.
//
// Shape:   a frame whose checksum was left carries the folded sum of its pseudo-header where the
//          checksum belongs; one that is complete and happens to carry that value comes out
//          unchanged.
// Threads: pure.
// Source:  Linux Documentation/networking/checksum-offloads.rst; RFC 1071, 768, 9293, 8200 8.1.

#pragma once

#include "dataplane/parse/parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// True when the checksum was partial and has been completed in place.
bool checksum_complete(uint8_t *frame, size_t length, const struct facts *f);

// Of a TCP segment or UDP datagram of `l4_length` bytes from f->l4 on, which are all there.
void checksum_write(uint8_t *frame, const struct facts *f, size_t l4_length);
// Of an IPv4 header of `length` bytes.
void checksum_ip4(uint8_t *header, size_t length);
