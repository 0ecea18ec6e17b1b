// SPDX-License-Identifier: BSD-3-Clause

#include "control/tls/context.h"

#include "control/tls/household_own.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// RFC 9325 4.2: forward secrecy and AEAD only.  TLS 1.3 has nothing else.
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

// A client that offers protocols must offer ours; one that offers none speaks HTTP/1.1.
static int
choose_protocol(
	SSL *ssl,
	const unsigned char **ret,
	unsigned char *ret_length,
	const unsigned char *offered,
	unsigned int length,
	void *context
) {
	static const char ours[] = "http/1.1";

	(void)ssl;
	(void)context;
	for (unsigned int i = 0; i < length && offered[i] < length - i; i += 1u + offered[i])
		if (offered[i] == sizeof ours - 1
		    && memcmp(offered + i + 1, ours, sizeof ours - 1) == 0) {
			*ret = offered + i + 1;
			*ret_length = sizeof ours - 1;
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *
begin(void) {
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());

	if (!c)
		return NULL;
	if (!SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION)
	    || !SSL_CTX_set_cipher_list(c, CIPHERS) || !SSL_CTX_set_num_tickets(c, 0)) {
		SSL_CTX_free(c);
		return NULL;
	}
	SSL_CTX_set_options(
		c,
		SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
			| SSL_OP_CIPHER_SERVER_PREFERENCE
	);
	SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_default_passwd_cb(c, household_no_phrase);
	SSL_CTX_set_alpn_select_cb(c, choose_protocol, NULL);
	// A stream's buffers are given back while it is silent: 1,000 of them are asked for.
	SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
	return c;
}

int
context_of_leaf(
	const struct household *h,
	const struct household_leaf *leaf,
	SSL_CTX **ret,
	char ret_error[HOUSEHOLD_ERROR]
) {
	SSL_CTX *c = begin();

	if (c && SSL_CTX_use_certificate(c, leaf->certificate)
	    && SSL_CTX_use_PrivateKey(c, leaf->key) && SSL_CTX_add1_chain_cert(c, h->ca)) {
		*ret = c;
		return 0;
	}
	SSL_CTX_free(c);
	return household_fault(ret_error, "the household's certificate cannot be used");
}

int
context_of_files(
	const char *certificate,
	const char *key,
	SSL_CTX **ret,
	char ret_error[HOUSEHOLD_ERROR]
) {
	SSL_CTX *c = begin();
	char what[HOUSEHOLD_ERROR - 96];
	const char *file = certificate;

	ERR_clear_error();
	if (c && SSL_CTX_use_certificate_chain_file(c, certificate) == 1) {
		file = key;
		if (SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) == 1
		    && SSL_CTX_check_private_key(c) == 1) {
			*ret = c;
			return 0;
		}
	}
	SSL_CTX_free(c);
	snprintf(
		what,
		sizeof what,
		"%.110s cannot be used as %s",
		file,
		file == key ? "the certificate's key" : "a certificate"
	);
	return household_fault(ret_error, what);
}

int
context_want_client(SSL_CTX *c, const char *authorities, char ret_error[HOUSEHOLD_ERROR]) {
	char what[HOUSEHOLD_ERROR - 96];

	ERR_clear_error();
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(authorities);
	if (names && SSL_CTX_load_verify_file(c, authorities) == 1) {
		SSL_CTX_set_client_CA_list(c, names);
		SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
		return 0;
	}
	sk_X509_NAME_pop_free(names, X509_NAME_free);
	snprintf(
		what, sizeof what, "%.110s cannot be used as certificates of clients", authorities
	);
	return household_fault(ret_error, what);
}

void
context_describe(const SSL_CTX *c, char ret[CONTEXT_TEXT]) {
	const X509 *x = SSL_CTX_get0_certificate(c);
	char name[64] = "?";
	struct tm until = {0};

	X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, name, sizeof name);
	for (char *at = name; *at; at++)
		*at = *at >= ' ' && *at < 127 ? *at : '_';
	ASN1_TIME_to_tm(X509_get0_notAfter(x), &until);
	snprintf(
		ret,
		CONTEXT_TEXT,
		"CN %s, until %04d-%02d-%02d",
		name,
		until.tm_year + 1900,
		until.tm_mon + 1,
		until.tm_mday
	);
}

int
context_days_left(const SSL_CTX *c) {
	int days = 0, seconds = 0;

	ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(SSL_CTX_get0_certificate(c)));
	return days - (seconds < 0);
}

void
context_free(SSL_CTX *c) {
	SSL_CTX_free(c);
}
