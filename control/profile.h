// SPDX-License-Identifier: BSD-3-Clause
// Profiles: what happens to a device's traffic that no rule names.
//
// Shape:   one YAML file each, from the shipped directory and then from the household's own, which
//          replaces a shipped one of the same name; at most PROFILES_MAX; the name is the file's.
// Threads: read at start, unchanged after.
// Errors:  profiles_load returns -EINVAL with `file:line:column: what, and what would be right`.

#pragma once

#include "platform/policy_image.h"

#include <stddef.h>

#define PROFILES_MAX 64
#define PROFILE_NAME_MAX 32

struct profile {
	char name[PROFILE_NAME_MAX + 1];
	char description[201];
	enum policy_default verdict;
};

struct profiles {
	struct profile items[PROFILES_MAX];
	size_t count;
	size_t by_default; // index of the profile of a new device
};

#define PROFILE_ERROR 512

// Reads every *.yaml of a directory; one that does not exist holds none.
int profiles_load(struct profiles *p, const char *directory, char ret_error[PROFILE_ERROR]);
// -ENOENT when no profile has that name.
int profiles_set_default(struct profiles *p, const char *name);
const struct profile *profiles_find(const struct profiles *p, const char *name);
