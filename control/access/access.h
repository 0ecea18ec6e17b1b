// SPDX-License-Identifier: BSD-3-Clause
// Accounts: who there is, who is logged in, and which tokens hold.
//
// Shape:   everything is in memory, sorted by id, and in state.db; a change is written there before
//          it is answered or holds (call.h).  Who asks is found by the id in the cookie or token.
// Threads: the core thread.
// Errors:  access_admit answers the problem when it returns false.
// Source:  DESIGN 4 and 8; ecosystem.md 5.2.

#pragma once

#include "control/access/account.h"
#include "control/access/delay.h"
#include "control/access/event.h"
#include "control/access/ticket.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#define ACCESS_USERS_MAX 1000
#define ACCESS_TOKENS_MAX 10000
#define ACCESS_SESSIONS_OF 32 // of one user; the one used longest ago makes room
#define ACCESS_CODES_MAX 16
#define ACCESS_SETUP_CODE 16

#define SESSION_DAYS 30
#define SESSION_PREFIX "ses_"
#define TOKEN_PREFIX "spin_"
#define HELP_PREFIX "help_" // of what a helpdesk's code became (control/provider/help.h)
#define PASSWORD_RECENT_S 600

struct call;
struct core;
struct hasher;
struct http_request;
struct store;

// Lets one browser in, once.
struct access_code {
	uint8_t hash[ACCOUNT_HASH];
	uint64_t user; // 0: free
	uint64_t expires_ns;
};

STAILQ_HEAD(call_list, call);

struct access {
	struct ev_loop *loop;
	struct store *store;
	struct hasher *hasher;
	struct user **users;
	struct session **sessions;
	struct token **tokens;
	size_t users_count, sessions_count, tokens_count;
	char setup_code[ACCESS_SETUP_CODE]; // empty: somebody has an account
	struct access_code codes[ACCESS_CODES_MAX];
	struct tickets tickets;
	struct delay delay;
	struct call_list calls;
	unsigned int calls_count;
	bool used_writing; // what was used last is on its way to the disk
	access_hook hook; // hears what happens
	void *hook_context;
};

// After the database was opened and before its thread runs; what is wrong was logged.
int access_load(struct access *a, struct store *store);
// Makes the setup code when there is nobody yet, and logs it.
int access_start(struct access *a, struct ev_loop *loop);
void access_second(struct access *a);
void access_stop(struct access *a);

// http_config's admit; its context is the core.
bool access_admit(struct http_request *r, void *core);
// By the unix socket, a token or a session alone.  False: it showed a token that does not hold.
bool access_identify(struct http_request *r, struct access *a, struct principal *ret);
// The rest of access_admit, for one whom somebody else knows; `holds` is what access_identify says.
bool access_check(struct http_request *r, struct core *c, struct principal *p, bool holds);
bool access_is_token(struct access *a, const char *text, struct principal *ret);
// Still there, not run out, and with the same role?
bool access_is_valid(const struct access *a, const struct principal *p);
// Ends the long answers of those who are not valid any more.
void access_end_stale(struct access *a);

struct user *access_user(const struct access *a, uint64_t id);
struct user *access_user_named(const struct access *a, const char *name);
struct session *access_session(const struct access *a, uint64_t id);
struct token *access_token(const struct access *a, uint64_t id);
struct token *access_token_named(const struct access *a, const char *name);
uint64_t access_session_expires(const struct session *s);
// Without `but`, which may be NULL: enabled admins.
bool access_has_admin(const struct access *a, const struct user *but);
// The step, in memory; it was written before.
void access_apply(struct access *a, const struct account_step *step);
void access_tell(
	struct access *a,
	enum access_event what,
	const struct principal *who,
	const char *subject,
	const char *source
);
