// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/roles.h"

#include <stdlib.h>
#include <string.h>

static int
compare(const void *operation, const void *row) {
	return strcmp(operation, ((const struct role_row *)row)->operation);
}

static uint32_t
roles_of(const char *operation) {
	const struct role_row *row =
		bsearch(operation, roles_table, roles_table_count, sizeof *row, compare);
	return row ? row->roles : 0;
}

bool
roles_is_open(const char *operation) {
	return roles_of(operation) & 1u << ROLE_NONE;
}

bool
roles_allow(const char *operation, enum role role) {
	return role == ROLE_ADMIN || roles_is_open(operation) || roles_of(operation) & 1u << role;
}
