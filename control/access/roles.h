// SPDX-License-Identifier: BSD-3-Clause
// Which roles may ask for what: the `x-roles` of openapi.yaml, as a table.
//
// Shape:   roles_table.py writes the table when building, so that the check, the description and
//          the tests are one; an operation without x-roles fails the build.
// Threads: any.

#pragma once

#include "control/access/principal.h"

#include <stdbool.h>
#include <stddef.h>

// What a token may be narrowed to: the tags of operations.  Accounts are no scope, so that a narrow
// token never makes a wide one.
#define SCOPES(X)                                                                                  \
	X(SEE, "see")                                                                              \
	X(ACT, "act")                                                                              \
	X(SYSTEM, "system")

enum scope {
#define X(name, text) SCOPE_##name,
	SCOPES(X)
#undef X
	SCOPE_COUNT
};

#define SCOPE_TEXT 32

struct role_row {
	const char *operation; // operationId
	uint32_t roles; // a bit each
	uint32_t scopes; // a bit each
	bool password; // a session must have been given it lately
};

// Sorted by operation.
extern const struct role_row roles_table[];
extern const size_t roles_table_count;

// An operation that the table does not know is the admin's alone.
bool roles_allow(const char *operation, enum role role);
// Whether a token narrowed to these scopes may use it; 0: not narrowed.
bool roles_in_scope(const char *operation, uint32_t scopes);
// "see act", as RFC 6749 section 3.3 writes scopes.  False for a word that is none.
bool scopes_parse(const char *text, uint32_t *ret);
const char *scopes_text(uint32_t scopes, char ret[SCOPE_TEXT]);
// `x-recent-password` of openapi.yaml.
bool roles_need_password(const char *operation);
// Open to whoever can reach the server.
bool roles_is_open(const char *operation);
