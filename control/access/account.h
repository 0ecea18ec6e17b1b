// SPDX-License-Identifier: BSD-3-Clause
// Users, their sessions, and tokens, as they are kept.
//
// Shape:   of a session or token only the SHA-256 of its secret is kept: 256 random bits need no
//          slow hash.  Each begins with its id, for control/array.h.
// Units:   times are wall nanoseconds, 0: never.
// Source:  DESIGN 4 and 8; crypt(5) for the form of a password's hash.

#pragma once

#include "control/access/principal.h"

#include <stdbool.h>
#include <stdint.h>

#define ACCOUNT_HASH 32
#define ACCOUNT_PASSWORD 128
#define ACCOUNT_TOTP 20 // RFC 4226 section 4, R6: 160 bits
#define ACCOUNT_RECOVERY 10
#define ACCOUNT_SOURCE 48 // an address as text, or "unix"
#define ACCOUNT_AGENT 96

struct user {
	uint64_t id;
	char name[PRINCIPAL_NAME_MAX + 1];
	enum role role;
	bool disabled;
	char password[ACCOUNT_PASSWORD]; // crypt(5): "$y$…"
	uint64_t created_ns;
	uint64_t password_ns; // when it was set
	uint64_t login_ns; // the last one
	bool totp; // a code is needed at login
	uint8_t totp_secret[ACCOUNT_TOTP];
	uint64_t totp_step; // of the newest code that was taken: none is taken twice
	unsigned int recovery_count;
	uint8_t recovery[ACCOUNT_RECOVERY][ACCOUNT_HASH];
};

struct session {
	uint64_t id;
	uint64_t user;
	uint8_t hash[ACCOUNT_HASH];
	uint64_t created_ns;
	uint64_t used_ns;
	uint64_t password_ns; // when the password was given last
	char source[ACCOUNT_SOURCE];
	char agent[ACCOUNT_AGENT];
	bool dirty; // used_ns moved since it was written
};

struct token {
	uint64_t id;
	char name[PRINCIPAL_NAME_MAX + 1];
	enum role role;
	uint32_t scopes; // of roles.h; 0: all that the role may
	uint64_t user; // who made it and whose it is; 0: root, over the unix socket
	uint8_t hash[ACCOUNT_HASH];
	uint64_t created_ns;
	uint64_t used_ns;
	uint64_t expires_ns;
	bool dirty;
};

// One step of a change, as the database and the memory take it.
enum account_step_kind {
	ACCOUNT_PUT_USER,
	ACCOUNT_DROP_USER, // and all that is theirs
	ACCOUNT_PUT_SESSION,
	ACCOUNT_DROP_SESSION,
	ACCOUNT_DROP_SESSIONS, // of the user `id`, but for `except`
	ACCOUNT_PUT_TOKEN,
	ACCOUNT_DROP_TOKEN,
	ACCOUNT_USED_SESSION, // in the database alone
	ACCOUNT_USED_TOKEN,
};

struct account_step {
	enum account_step_kind kind;
	union {
		struct user user;
		struct session session;
		struct token token;
		struct {
			uint64_t id;
			uint64_t except;
		} gone;
		struct {
			uint64_t id;
			uint64_t ns;
		} used;
	};
};
