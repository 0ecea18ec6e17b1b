// SPDX-License-Identifier: BSD-3-Clause
// TLS towards a broker or a collector: whom to believe, and who we are.
//
// Shape:   connections are told addresses, for libmosquitto would look a name up in the loop; so
//          the name that the certificate must have, and the peer hears (SNI), is set here.
// Threads: the loop's.
// Errors:  export_tls_new says in ret_error which file is wrong, and returns NULL.

#pragma once

#include "control/export/adapter.h"

struct ssl_ctx_st; // SSL_CTX of OpenSSL

struct export_tls {
	const char *whom; // "broker"
	const char *host; // stays as long as the context
	const char *ca; // empty: the machine's own authorities
	const char *certificate; // empty: none is shown
	const char *key; // empty: it stands with the certificate
	char wrong[EXPORT_ERROR]; // why the last handshake failed; empty: it did not
};

// SSL_CTX_free is the caller's.
struct ssl_ctx_st *export_tls_new(struct export_tls *t, char ret_error[EXPORT_ERROR]);
