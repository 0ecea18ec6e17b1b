// SPDX-License-Identifier: BSD-3-Clause
// A rule as a sentence on the command line:
//
//	block ads.example for everyone
//	allow camera example.org:443 for 10m
//	block --device camera --country CN
//	block games.example by https for profile kids on mon-fri 20:00-07:00
//
// Shape:   words before the first of for, by, on, until, to are [DEVICE] WHAT; options say the same
//          as clauses.
// Errors:  printed; an exit code.

#pragma once

#include "control/spinctl/resolve.h"
#include "platform/json_write.h"

#include <stdbool.h>

struct sentence {
	struct node device; // id empty: none
	const char *profile; // NULL: none; neither: everyone
	const char *object; // the key, as the API takes it
	char value[RESOLVE_NAME_BYTES]; // of the object; empty for any, local, gateway
	char service[64]; // empty: any; "name" or "protocol/ports"
	const char *direction;
	char schedule[64];
	char until[32]; // RFC 3339
	const char *comment;
};

// Whether the words say more than POST …:block can; those that do not are an action of old.
bool sentence_is_one(const struct cli *c, int argc, char **argv);
int sentence_read(const struct cli *c, int argc, char **argv, struct sentence *ret);
// The body of POST /rules.
void sentence_write(const struct sentence *s, const char *action, struct json *j);
