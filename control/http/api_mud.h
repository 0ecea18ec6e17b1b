// SPDX-License-Identifier: BSD-3-Clause
// What the ways to a MUD file have in common, whether a person gave it or its maker's server did.
//
// Threads: the core thread.

#pragma once

#include "control/http/api.h"
#include "control/mud_fetch.h"
#include "control/profile_mud.h"

struct api_importing {
	struct core *core;
	struct http_later *later;
	struct mud_unmet unmet;
	enum mud_signed signature;
	struct mud mud;
	struct rule_spec rules[PROFILE_RULES_MAX];
};

// 400, and false.
bool api_refuse_mud(struct http_request *r, const char *why);
void api_write_unmet(const struct mud_unmet *u, struct json *j);
// i->mud as the profile `name`; answers, and frees `i`, which came from malloc.
void
api_take_mud(struct http_request *r, struct core *c, const char *name, struct api_importing *i);
