// SPDX-License-Identifier: BSD-3-Clause
// Get help: a code for a helpdesk, good once and for a quarter of an hour, which becomes a token
// for what the household chose, for as long as it chose.
//
// Shape:   of code and token only hashes are kept.  The time runs from when the code was used.
// Units:   wall nanoseconds.
// Threads: the core thread.
// Source:  issue 5, "Get help".

#pragma once

#include "control/provider/provider.h"

#define HELP_MAX 16
#define HELP_HASH 32
#define HELP_CODE_MINUTES 15
#define PROVIDER_ROW_HELP "help"

struct help {
	struct grant grant; // id 0: free
	uint8_t hash[HELP_HASH]; // of the code, then of the token
	bool used; // the code was
	uint64_t code_until_ns;
};

void help_load(struct provider *v, uint64_t id, const char *body);
void help_write(const struct help *h, bool whole, struct json *j); // members of an object
struct help *help_free_place(struct provider *v); // NULL: all are taken
struct help *help_by_id(struct provider *v, uint64_t id);
// Written down, then in memory; takes the entry.
void help_keep(
	struct core *c,
	const struct help *h,
	struct audit_entry *e,
	provider_done done,
	void *context
);
// In memory at once.
void
help_end(struct core *c, struct help *h, struct audit_entry *e, provider_done done, void *context);
void help_second(struct core *c);
