// SPDX-License-Identifier: BSD-3-Clause
// Who asks: a role, and the account or token behind it.
//
// Shape:   the roles are ordered only for people; who may do what is the table of roles.h, and
//          admin may do everything.
// Units:   times are wall nanoseconds.
// Threads: any.
// Source:  DESIGN 4, "Roles".

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define PRINCIPAL_NAME_MAX 32

#define ROLES(X)                                                                                   \
	X(NONE, "none") /* nobody: what is open to all */                                          \
	X(METRICS, "metrics")                                                                      \
	X(PROVIDER, "provider")                                                                    \
	X(VIEWER, "viewer")                                                                        \
	X(USER, "user")                                                                            \
	X(ADMIN, "admin")

enum role {
#define X(name, text) ROLE_##name,
	ROLES(X)
#undef X
	ROLE_COUNT
};

enum principal_kind {
	PRINCIPAL_NOBODY,
	PRINCIPAL_UNIX, // by the kernel's word about the other end of the unix socket
	PRINCIPAL_SESSION,
	PRINCIPAL_TOKEN,
	PRINCIPAL_BROKER, // by the word of an MQTT broker that the configuration names
	PRINCIPAL_BASIC, // name and password with every request (control/access/basic.h)
	PRINCIPAL_HELP, // a helpdesk with a code of the household (control/provider/help.h)
};

struct principal {
	enum role role;
	enum principal_kind kind;
	char name[PRINCIPAL_NAME_MAX + 1]; // of the user or token; "root", "uid 1000"
	uint64_t user; // 0: none
	uint32_t scopes; // of a token that is narrowed (roles.h); 0: all that the role may
	uint64_t credential; // the session's or token's id; 0: none
	uint64_t capture; // may read this one and nothing besides (ticket.h); 0: not narrowed so
	uint64_t password_ns; // when this session was last given the password; 0: never
};

const char *role_name(enum role role);
// False, and *ret untouched: no role that somebody can have.
bool role_parse(const char *text, enum role *ret);
