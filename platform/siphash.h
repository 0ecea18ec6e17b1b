// SPDX-License-Identifier: BSD-3-Clause
// SipHash-2-4: a keyed hash that a stranger cannot make collide without knowing the key.
//
// Threads: pure.
// Source:  Aumasson, Bernstein: "SipHash: a fast short-input PRF" (2012), sections 2.1 to 2.4.

#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t siphash24(const uint64_t key[2], const void *data, size_t length);
