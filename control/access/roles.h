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

struct role_row {
	const char *operation; // operationId
	uint32_t roles; // a bit each
	bool password; // a session must have been given it lately
};

// Sorted by operation.
extern const struct role_row roles_table[];
extern const size_t roles_table_count;

// An operation that the table does not know is the admin's alone.
bool roles_allow(const char *operation, enum role role);
// `x-recent-password` of openapi.yaml.
bool roles_need_password(const char *operation);
// Open to whoever can reach the server.
bool roles_is_open(const char *operation);
