// SPDX-License-Identifier: BSD-3-Clause

#include "control/supported.h"

#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>

#define NS_PER_DAY (86400 * NS_PER_S)

uint64_t
supported_end_ns(const char *last_day) {
	char text[TEXT_TIME];
	uint64_t begins;

	if (snprintf(text, sizeof text, "%sT00:00:00Z", last_day) >= (int)sizeof text
	    || text_parse_time(text, &begins) != 0)
		return 0;
	return begins + NS_PER_DAY;
}

bool
supported_ended(const char *last_day, uint64_t wall_ns) {
	uint64_t end = supported_end_ns(last_day);

	return end != 0 && wall_ns >= end;
}
