// SPDX-License-Identifier: BSD-3-Clause

#include "control/mud/mud.h"
#include "control/text/language.h"

#include <errno.h>
#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
reason(void) {
	const char *text = ERR_reason_error_string(ERR_peek_last_error());
	return text ? text : _("it does not fit");
}

int
mud_signature_decode(const char *base64, uint8_t **ret, size_t *ret_length) {
	size_t length = strlen(base64);
	EVP_ENCODE_CTX *c = length < INT_MAX ? EVP_ENCODE_CTX_new() : NULL;
	uint8_t *bytes = c ? malloc(length + 1) : NULL; // three of four, and what comes last
	int used = 0, last = 0;

	if (!bytes) {
		EVP_ENCODE_CTX_free(c);
		return -ENOMEM;
	}
	EVP_DecodeInit(c);
	int r = EVP_DecodeUpdate(c, bytes, &used, (const uint8_t *)base64, (int)length);
	if (r >= 0)
		r = EVP_DecodeFinal(c, bytes + used, &last);
	EVP_ENCODE_CTX_free(c);
	if (r < 0 || used + last == 0) {
		free(bytes);
		return -EINVAL;
	}
	*ret = bytes;
	*ret_length = (size_t)(used + last);
	return 0;
}

static X509_STORE *
authorities(const char *ca_file) {
	X509_STORE *store = X509_STORE_new();

	if (!store)
		return NULL;
	if (ca_file ? X509_STORE_load_file(store, ca_file) != 1
		    : X509_STORE_set_default_paths(store) != 1) {
		X509_STORE_free(store);
		return NULL;
	}
	X509_STORE_set_purpose(store, X509_PURPOSE_ANY); // RFC 8520 13.2 names none
	return store;
}

int
mud_verify(
	const void *file,
	size_t length,
	const void *signature,
	size_t signature_length,
	const char *ca_file,
	char ret_error[MUD_ERROR]
) {
	if (length > INT_MAX || signature_length > INT_MAX)
		return -E2BIG;
	BIO *data = BIO_new_mem_buf(file, (int)length);
	BIO *der = BIO_new_mem_buf(signature, (int)signature_length);
	X509_STORE *store = authorities(ca_file);
	CMS_ContentInfo *cms = der ? d2i_CMS_bio(der, NULL) : NULL;
	int r = 0;

	if (!data || !der) {
		r = -ENOMEM;
	} else if (!store) {
		snprintf(
			ret_error,
			MUD_ERROR,
			_("%.200s: no certificates that could vouch"),
			ca_file ? ca_file : _("the machine's store")
		);
		r = -EBADMSG;
	} else if (!cms) {
		snprintf(ret_error, MUD_ERROR, _("the signature is no CMS structure in DER"));
		r = -EBADMSG;
	} else if (CMS_verify(cms, NULL, store, data, NULL, CMS_DETACHED | CMS_BINARY) != 1) {
		snprintf(
			ret_error, MUD_ERROR, _("the signature is not of this file: %s"), reason()
		);
		r = -EBADMSG;
	}
	ERR_clear_error();
	CMS_ContentInfo_free(cms);
	X509_STORE_free(store);
	BIO_free(der);
	BIO_free(data);
	return r;
}
