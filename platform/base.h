// SPDX-License-Identifier: BSD-3-Clause
// The few helpers that every file of both processes may use.
//
// Units:   ns_t is nanoseconds of CLOCK_MONOTONIC, or of the capture's own clock in analyze.

#pragma once

#include <stddef.h>
#include <stdint.h>

typedef uint64_t ns_t;

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
#define NS_PER_US 1000ull

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MIN_OF(a, b) ((a) < (b) ? (a) : (b))
#define MAX_OF(a, b) ((a) > (b) ? (a) : (b))
#undef container_of // some systems' headers bring the same one along
#define container_of(p, type, member) ((type *)(void *)((char *)(p)-offsetof(type, member)))
