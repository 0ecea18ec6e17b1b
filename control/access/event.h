// SPDX-License-Identifier: BSD-3-Clause
// What happens to accounts, told to whoever keeps the record: one call for each login, failure and
// change.
//
// Shape:   `who` did it (after a failed login: nobody), `subject` is the account or token it was
//          about, `source` the address it came from or "unix".  All texts may be hostile.
// Threads: the core thread.

#pragma once

#include "control/access/principal.h"

#define ACCESS_EVENTS(X)                                                                           \
	X(SET_UP, "set up the first account")                                                      \
	X(LOGGED_IN, "logged in")                                                                  \
	X(LOGIN_FAILED, "failed to log in:")                                                       \
	X(LOGGED_OUT, "logged out")                                                                \
	X(PASSWORD_GIVEN, "gave the password again")                                               \
	X(PASSWORD_REFUSED, "gave a wrong password")                                               \
	X(PASSWORD_CHANGED, "changed the password")                                                \
	X(USER_CREATED, "created the account")                                                     \
	X(USER_CHANGED, "changed the account")                                                     \
	X(USER_DELETED, "deleted the account")                                                     \
	X(LOGIN_CODE_MADE, "made a login code for")                                                \
	X(TOKEN_CREATED, "created the token")                                                      \
	X(TOKEN_REVOKED, "revoked the token")                                                      \
	X(SESSION_REVOKED, "ended a session of")                                                   \
	X(TOTP_ON, "switched login codes on")                                                      \
	X(TOTP_OFF, "switched login codes off")

enum access_event {
#define X(name, text) ACCESS_##name,
	ACCESS_EVENTS(X)
#undef X
	ACCESS_EVENT_COUNT
};

typedef void (*access_hook
)(void *context,
  enum access_event what,
  const struct principal *who,
  const char *subject,
  const char *source);

const char *access_event_text(enum access_event what);
