// SPDX-License-Identifier: BSD-3-Clause
// The household's own certificate authority, and the certificates it signs for this gateway.
//
// Shape:   <state-dir>/tls/ca.key (0600) and ca.pem are made at the first start and kept; a leaf is
//          made anew whenever it is needed and lives in memory only.  The authority can vouch for
//          spin.local, spin.home.arpa and private addresses, and for nothing else: who trusts it
//          trusts it with nothing of the Internet.
// Units:   days; an address is 16 bytes with a family of 4 or 6, as in platform/text.h.
// Threads: the core thread, at start and for a leaf (0.2 ms of P-256, no disk).
// Errors:  -errno or -EINVAL, and a sentence.
// Source:  DESIGN 4; RFC 5280 4.2.1.10 (name constraints); RFC 8375 (home.arpa); RFC 6762 (local);
//          RFC 1918, 6598, 3927, 4193, 4291 (the addresses).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOUSEHOLD_ERROR 256
#define HOUSEHOLD_LEAF_DAYS 90
#define HOUSEHOLD_RENEW_DAYS 60
#define HOUSEHOLD_NAMES_MAX 16
#define HOUSEHOLD_ADDRESSES_MAX 32

struct evp_pkey_st; // EVP_PKEY and X509 of OpenSSL
struct x509_st;

struct household {
	struct evp_pkey_st *key;
	struct x509_st *ca;
	char *pem; // of the certificate
};

struct household_address {
	unsigned int family;
	uint8_t address[16];
};

struct household_leaf {
	struct evp_pkey_st *key;
	struct x509_st *certificate;
	int64_t made_s; // wall clock
};

// What the authority vouches for under any circumstances.
extern const char *const household_names[2];

int household_open(const char *state_dir, struct household *ret, char ret_error[HOUSEHOLD_ERROR]);
void household_close(struct household *h);

// For the household's names, those of `names` that lie below them, and the addresses that are
// private; the others are left out, for one of them would spoil the whole certificate.
int household_sign(
	const struct household *h,
	const char *const *names,
	size_t n_names,
	const struct household_address *addresses,
	size_t n_addresses,
	struct household_leaf *ret,
	char ret_error[HOUSEHOLD_ERROR]
);
void household_leaf_free(struct household_leaf *l);
// Young enough, by a clock that may have jumped.
bool household_leaf_is_fresh(const struct household_leaf *l, int64_t now_s);

bool household_may_name(const char *name);
bool household_may_address(const struct household_address *a);
