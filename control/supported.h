// SPDX-License-Identifier: BSD-3-Clause
// Until when a version gets security fixes: SPIN_SECURITY_UNTIL, of the build's `security_until`.
//
// Units:   a day is "YYYY-MM-DD" and ends at midnight UTC.
// Threads: pure.

#pragma once

#include <stdbool.h>
#include <stdint.h>

uint64_t supported_end_ns(const char *last_day); // since 1970; 0: that is no day
bool supported_ended(const char *last_day, uint64_t wall_ns);
