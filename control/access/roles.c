// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/roles.h"

#include <stdlib.h>
#include <string.h>

static int
compare(const void *operation, const void *row) {
	return strcmp(operation, ((const struct role_row *)row)->operation);
}

static const struct role_row *
find(const char *operation) {
	return bsearch(operation, roles_table, roles_table_count, sizeof *roles_table, compare);
}

bool
roles_is_open(const char *operation) {
	const struct role_row *row = find(operation);

	return row && row->roles & 1u << ROLE_NONE;
}

bool
roles_allow(const char *operation, enum role role) {
	const struct role_row *row = find(operation);

	return role == ROLE_ADMIN || (row && row->roles & (1u << ROLE_NONE | 1u << role));
}

bool
roles_need_password(const char *operation) {
	const struct role_row *row = find(operation);

	return !row || row->password;
}
