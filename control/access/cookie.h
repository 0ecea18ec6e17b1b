// SPDX-License-Identifier: BSD-3-Clause
// The session's cookie, and the header that goes with it.
//
// Shape:   `__Host-spin` over TLS, which no other host can set; `spin` on plain loopback, where
//          that name is refused.  The value for the header follows from the cookie's secret.
// Threads: the core thread.
// Source:  RFC 6265; draft-ietf-httpbis-rfc6265bis section 4.1.3 (cookie name prefixes).

#pragma once

#include "control/access/account.h"

#include <stdbool.h>
#include <stddef.h>

#define CSRF_HEADER "x-spin-csrf"

struct http_request;

const char *cookie_name(const struct http_request *r);
// The next cookie of that name in *at, a Cookie header; false at the end.
bool cookie_next(const char **at, const char *name, const char **ret_value, size_t *ret_length);
void cookie_set(struct http_request *r, const char *secret, uint64_t seconds);
void cookie_clear(struct http_request *r);
// What the header must say for the session whose cookie this request brings, or for this secret.
bool cookie_csrf(struct http_request *r, char ret[2 * ACCOUNT_HASH + 1]);
void cookie_csrf_of(const char *secret, char ret[2 * ACCOUNT_HASH + 1]);
bool cookie_same(const char *said, const char want[2 * ACCOUNT_HASH + 1]);
