// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/tls.h"

#include "platform/text.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>

static bool
is_address(const char *host) {
	unsigned int family;
	uint8_t address[16];

	return text_parse_address(host, &family, address) == 0;
}

// RFC 6066 3: the name, and never an address.  libmosquitto set the address that it knows.
static void
on_info(const SSL *ssl, int where, int result) {
	const struct export_tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	SSL *own = (SSL *)(uintptr_t)ssl; // OpenSSL hands its own out as constant
	const char *name = is_address(t->host) ? NULL : t->host;

	(void)result;
	if (where & SSL_CB_HANDSHAKE_START)
		SSL_set_tlsext_host_name(own, name);
}

static int
on_verify(int good, X509_STORE_CTX *store) {
	const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct export_tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	if (!good)
		snprintf(
			t->wrong,
			sizeof t->wrong,
			"the %s's certificate is not believed: %s",
			t->whom,
			X509_verify_cert_error_string(X509_STORE_CTX_get_error(store))
		);
	return good;
}

static SSL_CTX *
refuse(SSL_CTX *c, char ret_error[EXPORT_ERROR], const char *what, const char *file) {
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	snprintf(ret_error, EXPORT_ERROR, "%s %s cannot be used: %s", what, file, why ? why : "?");
	SSL_CTX_free(c);
	return NULL;
}

SSL_CTX *
export_tls_new(struct export_tls *t, char ret_error[EXPORT_ERROR]) {
	SSL_CTX *c = SSL_CTX_new(TLS_client_method());
	const char *key = t->key[0] ? t->key : t->certificate;

	ERR_clear_error();
	t->wrong[0] = 0;
	if (!c)
		return refuse(NULL, ret_error, "TLS", "");
	SSL_CTX_set_app_data(c, t);
	SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
	SSL_CTX_set_verify(c, SSL_VERIFY_PEER, on_verify);
	SSL_CTX_set_info_callback(c, on_info);
	X509_VERIFY_PARAM *want = SSL_CTX_get0_param(c);
	if (is_address(t->host))
		X509_VERIFY_PARAM_set1_ip_asc(want, t->host);
	else
		X509_VERIFY_PARAM_set1_host(want, t->host, 0);
	if (t->ca[0] ? !SSL_CTX_load_verify_locations(c, t->ca, NULL)
		     : !SSL_CTX_set_default_verify_paths(c))
		return refuse(c, ret_error, "the authorities", t->ca);
	if (t->certificate[0] && SSL_CTX_use_certificate_chain_file(c, t->certificate) != 1)
		return refuse(c, ret_error, "the certificate", t->certificate);
	if (t->certificate[0] && SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1)
		return refuse(c, ret_error, "the key", key);
	return c;
}
