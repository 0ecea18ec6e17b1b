// SPDX-License-Identifier: BSD-3-Clause
// The household's profiles as their files said when they were last in force: a file that somebody
// edited while nobody ran is asked about like one that was edited at run time.
//
// Threads: the core thread; the store thread reads the copy that travels with a job.

#pragma once

#include "control/profile.h"

struct core;
struct text;

struct accepted {
	bool known; // the store had them; not at the first start
	size_t count;
	struct accepted_profile {
		char name[PROFILE_NAME_MAX + 1];
		struct text *text;
	} item[PROFILES_MAX];
};

void accepted_add(struct accepted *a, const char *name, const char *text, size_t length);
void accepted_free(struct accepted *a);
// Once, at the start, when the store runs: the files against what was accepted.
void accepted_compare(struct core *c);
// When profiles moved: tells the store what is in force now.
void accepted_flush(struct core *c);
