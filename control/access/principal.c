// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/principal.h"

#include <string.h>

static const char *const names[] = {
#define X(name, text) text,
	ROLES(X)
#undef X
};

const char *
role_name(enum role role) {
	return names[role];
}

bool
role_parse(const char *text, enum role *ret) {
	for (unsigned int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
		if (strcmp(names[role], text) == 0) {
			*ret = role;
			return true;
		}
	}
	return false;
}
