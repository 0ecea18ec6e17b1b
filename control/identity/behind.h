// SPDX-License-Identifier: BSD-3-Clause
// Whether one MAC stands for several devices: a router that sends for those behind it, or a
// repeater that lends them its address.
//
// Shape:   a router takes one off the hop limit of what it forwards; a repeater leaves packets as
//          they are, but sends from many addresses and under many names.
// Threads: pure.
// Source:  RFC 1812 5.3.1; initial hop limits of today's systems are 64, 128 and 255.

#pragma once

#include "control/identity/facts.h"

enum behind_what {
	BEHIND_NOTHING,
	BEHIND_ROUTER,
	BEHIND_REPEATER,
};

#define BEHIND_EVIDENCE_MAX 3
#define BEHIND_SENTENCE 160

struct behind {
	enum behind_what what;
	unsigned int devices; // at least
	unsigned int evidence_count;
	char evidence[BEHIND_EVIDENCE_MAX][BEHIND_SENTENCE];
};

void behind_judge(const struct facts *f, struct behind *ret);
const char *behind_name(enum behind_what w);
