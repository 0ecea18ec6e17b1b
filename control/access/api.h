// SPDX-License-Identifier: BSD-3-Clause
// The handlers of accounts; their context is the core.
//
// Threads: the core thread.

#pragma once

#include "control/access/call.h"
#include "platform/json_write.h"

struct core;

void access_api_setup_code(struct http_request *r, void *core);
void access_api_set_up(struct http_request *r, void *core);
void access_api_login(struct http_request *r, void *core);
void access_api_logout(struct http_request *r, void *core);
void access_api_session(struct http_request *r, void *core);
void access_api_reauthenticate(struct http_request *r, void *core);
void access_api_change_password(struct http_request *r, void *core);
void access_api_begin_totp(struct http_request *r, void *core);
void access_api_confirm_totp(struct http_request *r, void *core);
void access_api_end_totp(struct http_request *r, void *core);
void access_api_list_users(struct http_request *r, void *core);
void access_api_get_user(struct http_request *r, void *core);
void access_api_create_user(struct http_request *r, void *core);
void access_api_edit_user(struct http_request *r, void *core);
void access_api_delete_user(struct http_request *r, void *core);
void access_api_login_code(struct http_request *r, void *core);
void access_api_list_tokens(struct http_request *r, void *core);
void access_api_get_token(struct http_request *r, void *core);
void access_api_create_token(struct http_request *r, void *core);
void access_api_delete_token(struct http_request *r, void *core);
void access_api_list_sessions(struct http_request *r, void *core);
void access_api_delete_session(struct http_request *r, void *core);

// What they share.
struct access *access_of(void *core);
// May the source try now?  False after 429.
bool access_may_try(struct http_request *r, struct access *a);
// False after the problem was answered: a name that cannot be, or one for nobody's password.
bool access_name_fits(struct http_request *r, const char *name, bool token);
bool access_role_fits(struct http_request *r, const char *text, enum role *ret);
// A session for c->user, which goes into the database with it; false when it has refused.
bool session_open(struct call *c);
void session_answer(struct call *c, struct http_request *r); // with its cookie

// The schemas Who, User, Token and Session of openapi.yaml; `csrf` may be NULL.
void view_who(const struct access *a, const struct principal *p, const char *csrf, struct json *j);
void view_user(const struct access *a, const struct user *u, struct json *j);
void view_token(const struct access *a, const struct token *t, const char *secret, struct json *j);
void view_session(const struct access *a, const struct session *s, uint64_t own, struct json *j);
