// SPDX-License-Identifier: BSD-3-Clause
// Completes TCP and UDP checksums that a virtual interface left to "the hardware".
//
// Shape:   such a frame carries the folded sum of its pseudo-header where the checksum belongs; one
//          that is complete and happens to carry that value comes out unchanged.
// Threads: pure.
// Source:  Linux Documentation/networking/checksum-offloads.rst; RFC 1071, 768, 9293, 8200 8.1.

#pragma once

#include "dataplane/parse/parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// True when the checksum was partial and has been completed in place.
bool checksum_complete(uint8_t *frame, size_t length, const struct facts *f);
