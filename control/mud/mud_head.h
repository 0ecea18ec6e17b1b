// SPDX-License-Identifier: BSD-3-Clause
// What a MUD file says of itself, apart from its rows: kept with the profile that was made of it.
//
// Threads: pure.
// Source:  RFC 8520 3.

#pragma once

#include "control/mud/mud.h"

// Field, its key in a profile's `mud:`, whether it must be there.
#define MUD_HEAD_TEXTS(X)                                                                          \
	X(url, "url", true)                                                                        \
	X(last_update, "last-update", false)                                                       \
	X(systeminfo, "systeminfo", false)                                                         \
	X(manufacturer, "manufacturer", false)                                                     \
	X(model, "model", false)                                                                   \
	X(documentation, "documentation", false)                                                   \
	X(signature, "signature", false)

struct mud_head {
	char url[MUD_TEXT_MAX]; // empty: there is none
	char last_update[40];
	uint32_t cache_validity;
	bool is_supported;
	char systeminfo[61];
	char manufacturer[MUD_TEXT_MAX];
	char model[MUD_TEXT_MAX];
	char documentation[MUD_TEXT_MAX];
	char signature[MUD_TEXT_MAX];
};

void mud_head_of(const struct mud *m, struct mud_head *ret);
void mud_head_give(const struct mud_head *h, struct mud *m);
