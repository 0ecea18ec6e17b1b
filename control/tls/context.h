// SPDX-License-Identifier: BSD-3-Clause
// How we speak TLS: versions, ciphers, HTTP/1.1 only, no resumption.
//
// Shape:   one SSL_CTX a listener class; it is never changed, only replaced: connections keep the
//          one they began with.
// Errors:  -EINVAL and a sentence that names the file.
// Source:  DESIGN 4; ecosystem.md 6 (h2o 2.2.5: an ALPN callback of our own, tickets off, since a
//          session resumed on another listener is CVE-2023-41337); RFC 7301, RFC 9325.

#pragma once

#include "control/tls/household.h"

struct ssl_ctx_st; // SSL_CTX of OpenSSL

// With the household's leaf.
int context_of_leaf(
	const struct household *h,
	const struct household_leaf *leaf,
	struct ssl_ctx_st **ret,
	char ret_error[HOUSEHOLD_ERROR]
);
// With given files: the certificate may bring its chain.
int context_of_files(
	const char *certificate,
	const char *key,
	struct ssl_ctx_st **ret,
	char ret_error[HOUSEHOLD_ERROR]
);
// From now on clients must show a certificate that these authorities signed.
int context_want_client(
	struct ssl_ctx_st *context,
	const char *authorities,
	char ret_error[HOUSEHOLD_ERROR]
);
// "CN my.home, until 2026-12-24", for the log.
#define CONTEXT_TEXT 160
void context_describe(const struct ssl_ctx_st *context, char ret[CONTEXT_TEXT]);
// Whole days until it ends; negative when it has.
int context_days_left(const struct ssl_ctx_st *context);
void context_free(struct ssl_ctx_st *context);
