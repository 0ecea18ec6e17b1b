// SPDX-License-Identifier: BSD-3-Clause
// HTTP Basic, for clients that know no login: a user's name and password with every request, or
// any name and a token as the password.
//
// Shape:   BASIC_LATER goes on with `done` and the request, whose principal is set by then; what is
//          wrong is answered here.  A password that was right is known again for BASIC_KNOWN_S,
//          as a keyed hash: hashing it each time would take a tenth of a second.
// Threads: the core thread; passwords are hashed in their own.
// Errors:  an account with login codes is refused: its password alone is not enough.
// Source:  RFC 7617.

#pragma once

#include <stdbool.h>

#define BASIC_KNOWN_S 600
#define BASIC_KNOWN_MAX 32
#define BASIC_WAITING_MAX 32 // requests with the same password, while it is hashed

struct access;
struct http_request;

enum basic {
	BASIC_NONE, // the request has no such header
	BASIC_GOOD, // the principal is set
	BASIC_LATER,
	BASIC_REFUSED, // answered
};

typedef void (*basic_done)(struct http_request *r, void *context);

enum basic basic_admit(struct http_request *r, struct access *a, basic_done done, void *context);
// The header that makes a browser ask for a name and a password.
void basic_challenge(struct http_request *r);
