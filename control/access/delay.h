// SPDX-License-Identifier: BSD-3-Clause
// Failed attempts make a source wait: a little at first, then twice as long each time.
//
// Shape:   a bounded table; a source is an address, of IPv6 its /64.  An attempt counts as failed
//          when it begins, so that many at once gain nothing; delay_passed takes that back.
//          Loopback waits at most half a minute: the household is never locked out of its own
//          machine.  A full table forgets whoever failed longest ago.
// Units:   nanoseconds of CLOCK_MONOTONIC; answers in seconds.
// Threads: one owner.

#pragma once

#include "control/access/account.h"
#include "platform/base.h"

#include <stdbool.h>

#define DELAY_SOURCES 256
#define DELAY_FREE 4 // attempts before the first wait
#define DELAY_MOST_S 900
#define DELAY_LOOPBACK_S 30

struct delay_source {
	char source[ACCOUNT_SOURCE];
	unsigned int failures;
	ns_t last_ns;
	ns_t until_ns;
};

struct delay {
	struct delay_source sources[DELAY_SOURCES];
	unsigned int count;
};

// Seconds to wait before the next attempt; 0: it may be made now, and counts.
unsigned int delay_attempt(struct delay *d, const char *source, ns_t now);
void delay_passed(struct delay *d, const char *source);
