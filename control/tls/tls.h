// SPDX-License-Identifier: BSD-3-Clause
// The certificates in use, kept fresh: what a listener should speak TLS with now.
//
// Shape:   with `certificate` given those files are used, read again when they change; otherwise
//          the household's authority signs a leaf, anew after HOUSEHOLD_RENEW_DAYS, when the clock
//          jumped, and when the machine's addresses change (rtnetlink).  `changed` says that there
//          are new contexts; connections keep the one they began with.
// Threads: the loop's thread.  Files are read at start, at reload and after they changed: a few
//          kilobytes.
// Errors:  tls_start fails only without memory; what is wrong with files is logged once, and what
//          was in use stays; tls_message says it.
// Source:  DESIGN 4.

#pragma once

#include "control/tls/household.h"

struct ev_loop;
struct ssl_ctx_st; // SSL_CTX of OpenSSL
struct tls;

struct tls_config {
	const char *state_dir;
	const char *certificate; // empty: the household's
	const char *certificate_key;
	const char *client_ca; // whose certificates the provider's clients show; empty: none
	const char *const *names; // own host names
	size_t n_names;
	const char *const
		*listen; // "192.168.1.1:13026", "[::]:13026", as far as TLS is spoken there
	size_t n_listen;
	void (*changed)(void *context);
	void *context;
};

// The config's texts must outlive it.
int tls_start(struct ev_loop *loop, const struct tls_config *config, struct tls **ret);
void tls_stop(struct tls *t);
void tls_reload(struct tls *t); // SIGHUP: the files

// NULL: there is none, and tls_message says why.
struct ssl_ctx_st *tls_home(const struct tls *t);
struct ssl_ctx_st *tls_provider(const struct tls *t);
bool tls_is_given(const struct tls *t); // not the household's own
const char *tls_ca_pem(const struct tls *t); // NULL: there is none
const char *tls_message(const struct tls *t); // what is wrong now; empty: nothing
