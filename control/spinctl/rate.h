// SPDX-License-Identifier: BSD-3-Clause
// Figures and times, as people write them.
//
// Errors:  false for what is none.

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define OFF (-1)

// "2Mbit", "1.5 Mbit/s", "500k", "8000": bits a second; OFF for "off".
bool read_rate(const char *text, int64_t *ret);
bool read_count(const char *text, int64_t *ret);

// "10m", "2h": seconds; 0 when it is none.
unsigned long read_duration(const char *text);
// "morning", "18:30", RFC 3339 → RFC 3339.
bool read_until(const char *text, char ret[32]);
void write_utc(time_t at, char ret[32]);
