// SPDX-License-Identifier: BSD-3-Clause
// One change of accounts, from the question to the answer.
//
// Shape:   calls run one after the other, so that what a plan has checked still holds when it is
//          written: plan → store (FULL) → memory → answer.  Before its turn a call may have a
//          password hashed (call_hash).
// Threads: the core thread.
// Errors:  call_refuse answers the problem; a client that has left is passed over silently, and
//          what it asked for is done.

#pragma once

#include "control/access/access.h"
#include "control/access/password.h"
#include "control/http/request.h"
#include "control/store/store.h"

#define CALL_STEPS 4
#define CALLS_MAX 64

// False when it has refused.
typedef bool (*call_plan)(struct call *c);
typedef void (*call_answer)(struct call *c, struct http_request *r);

struct call {
	STAILQ_ENTRY(call) next;
	struct access *access;
	struct http_later *later;
	struct principal who;
	char source[ACCOUNT_SOURCE];
	call_plan plan;
	call_answer answer; // r is NULL when the client has left
	struct password_job hash;
	struct store_access job;
	struct account_step steps[CALL_STEPS];
	// What plan and answer tell each other.
	uint64_t target; // the user, session or token that it is about
	struct user user, was;
	struct session session;
	struct token token;
	char name[PRINCIPAL_NAME_MAX + 1];
	char code[32];
	char secret[96];
	bool has_name, has_role, has_password, has_disabled, disabled, ends_totp;
	enum role role;
	uint32_t scopes;
	uint64_t seconds; // until it ends; 0: never
	char recovery[ACCOUNT_RECOVERY][16];
};

// NULL after the problem was answered.
struct call *call_new(struct http_request *r, struct access *a, call_plan plan, call_answer answer);
void call_begin(struct call *c); // when its turn comes
void call_hash(struct call *c); // the job of c->hash, then call_begin
struct account_step *call_step(struct call *c, enum account_step_kind kind);
void call_refuse(struct call *c, enum problem p, const char *hint, const char *detail);
// 429, with the seconds in Retry-After.
void call_refuse_for(struct http_request *r, unsigned int seconds);
void call_tell(struct call *c, enum access_event what, const char *subject);
