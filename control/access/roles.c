// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/roles.h"

#include <stdio.h>
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

bool
roles_in_scope(const char *operation, uint32_t scopes) {
	const struct role_row *row = find(operation);

	// Who one is may always be asked.
	return !scopes || (row && row->scopes & scopes) || strcmp(operation, "getSession") == 0;
}

static const char *const scopes[] = {
#define X(name, text) text,
	SCOPES(X)
#undef X
};

bool
scopes_parse(const char *text, uint32_t *ret) {
	uint32_t found = 0;

	for (const char *at = text + strspn(text, " "); *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		unsigned int i = 0;
		while (i < SCOPE_COUNT && (strlen(scopes[i]) != n || strncmp(scopes[i], at, n) != 0)
		)
			i++;
		if (i == SCOPE_COUNT)
			return false;
		found |= 1u << i;
		at += n;
	}
	*ret = found;
	return found != 0;
}

const char *
scopes_text(uint32_t bits, char ret[SCOPE_TEXT]) {
	size_t n = 0;

	ret[0] = 0;
	for (unsigned int i = 0; i < SCOPE_COUNT; i++)
		if (bits & 1u << i)
			n += (size_t
			)snprintf(ret + n, SCOPE_TEXT - n, "%s%s", n ? " " : "", scopes[i]);
	return ret;
}
