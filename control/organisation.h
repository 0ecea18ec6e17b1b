// SPDX-License-Identifier: BSD-3-Clause
// Whose a domain is: many names, one organisation.
//
// Shape:   YAML files, `NAME: [domain, …]`; the shipped one first, then the household's, which goes
//          before it.  Domains are registrable ones: what lies beneath is the same destination.
// Threads: read at start, unchanged after.
// Errors:  -EINVAL with `file:line:column: what, and what would be right`.

#pragma once

#include "control/map.h"

#include <stdbool.h>

#define ORGANISATION_NAME 64
#define ORGANISATION_ERROR 512
#define ORGANISATIONS_MAX 4096 // domains

struct organisations {
	struct map by_domain;
};

void organisations_init(struct organisations *o);
void organisations_fini(struct organisations *o);
// One that need not exist holds none.
int organisations_load(
	struct organisations *o,
	const char *file,
	bool must_exist,
	char ret_error[ORGANISATION_ERROR]
);
// Both: the shipped one in `data_dir`, and the household's, which need not exist.
int organisations_start(
	struct organisations *o,
	const char *data_dir,
	const char *own_file,
	char ret_error[ORGANISATION_ERROR]
);
// Of a registrable domain; NULL: nobody knows.  The same text for the same organisation.
const char *organisation_of(const struct organisations *o, const char *domain);
