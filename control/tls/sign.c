// SPDX-License-Identifier: BSD-3-Clause
// What stands in the household's certificates.

#include "control/tls/household_own.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DAY_S 86400
#define SERIAL_BYTES 16 // RFC 5280 4.1.2.2: at most 20, positive

// The clock plays no part: see household.c.
#define CA_FROM "20250101000000Z"
#define CA_UNTIL "20491231235959Z" // the last that RFC 5280 4.1.2.5 writes in the short form

#define CONSTRAINTS                                                                                \
	"critical,permitted;DNS:spin.local,permitted;DNS:spin.home.arpa,"                          \
	"permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:172.16.0.0/255.240.0.0,"                     \
	"permitted;IP:192.168.0.0/255.255.0.0,permitted;IP:100.64.0.0/255.192.0.0,"                \
	"permitted;IP:169.254.0.0/255.255.0.0,permitted;IP:fc00::/fe00::,permitted;IP:fe80::/"     \
	"ffc0::"

bool
household_may_address(const struct household_address *a) {
	// The same prefixes as CONSTRAINTS.
	static const struct {
		unsigned int family;
		uint8_t value[2], mask[2];
	} prefixes[] = {
		{4, {10, 0}, {255, 0}},
		{4, {172, 16}, {255, 240}},
		{4, {192, 168}, {255, 255}},
		{4, {100, 64}, {255, 192}},
		{4, {169, 254}, {255, 255}},
		{6, {0xfc, 0}, {0xfe, 0}},
		{6, {0xfe, 0x80}, {0xff, 0xc0}},
	};

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (prefixes[i].family == a->family
		    && (a->address[0] & prefixes[i].mask[0]) == prefixes[i].value[0]
		    && (a->address[1] & prefixes[i].mask[1]) == prefixes[i].value[1])
			return true;
	return false;
}

bool
household_may_name(const char *name) {
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(household_names[i]), length = strlen(name);
		if (length >= n && strcasecmp(name + length - n, household_names[i]) == 0
		    && (length == n || name[length - n - 1] == '.'))
			return true;
	}
	return false;
}

static bool
set_serial(X509 *x) {
	unsigned char bytes[SERIAL_BYTES];
	bool ok = RAND_bytes(bytes, sizeof bytes) == 1;

	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	BIGNUM *number = ok ? BN_bin2bn(bytes, sizeof bytes, NULL) : NULL;
	ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x));
	BN_free(number);
	return ok;
}

static bool
set_name(X509 *x, const char *name) {
	X509_NAME *n = X509_NAME_new();
	bool ok = n
		&& X509_NAME_add_entry_by_txt(
			  n, "O", MBSTRING_ASC, (const unsigned char *)"SPIN gateway", -1, -1, 0
		)
		&& X509_NAME_add_entry_by_txt(
			  n, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0
		)
		&& X509_set_subject_name(x, n);
	X509_NAME_free(n);
	return ok;
}

static bool
add_extension(X509 *x, X509 *issuer, int nid, const char *value) {
	X509V3_CTX context;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	bool ok = e && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

X509 *
household_make_ca(EVP_PKEY *key) {
	X509 *x = X509_new();
	unsigned char tail[4];
	char name[48];

	if (!x || RAND_bytes(tail, sizeof tail) != 1)
		goto fail;
	// Two households on one phone must be told apart.
	snprintf(
		name,
		sizeof name,
		"SPIN household %02x%02x%02x%02x",
		tail[0],
		tail[1],
		tail[2],
		tail[3]
	);
	if (X509_set_version(x, X509_VERSION_3) && set_serial(x) && set_name(x, name)
	    && X509_set_issuer_name(x, X509_get_subject_name(x))
	    && ASN1_TIME_set_string(X509_getm_notBefore(x), CA_FROM)
	    && ASN1_TIME_set_string(X509_getm_notAfter(x), CA_UNTIL) && X509_set_pubkey(x, key)
	    && add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
	    && add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign")
	    && add_extension(x, x, NID_ext_key_usage, "serverAuth")
	    && add_extension(x, x, NID_name_constraints, CONSTRAINTS)
	    && add_extension(x, x, NID_subject_key_identifier, "hash")
	    && X509_sign(x, key, EVP_sha256()))
		return x;
fail:
	X509_free(x);
	return NULL;
}

static bool
add_dns(GENERAL_NAMES *to, const char *name) {
	GENERAL_NAME *g = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();

	if (!g || !text || !ASN1_STRING_set(text, name, -1)) {
		ASN1_IA5STRING_free(text);
		GENERAL_NAME_free(g);
		return false;
	}
	GENERAL_NAME_set0_value(g, GEN_DNS, text);
	if (sk_GENERAL_NAME_push(to, g))
		return true;
	GENERAL_NAME_free(g);
	return false;
}

static bool
add_address(GENERAL_NAMES *to, const struct household_address *a) {
	GENERAL_NAME *g = GENERAL_NAME_new();
	ASN1_OCTET_STRING *bytes = ASN1_OCTET_STRING_new();

	if (!g || !bytes || !ASN1_OCTET_STRING_set(bytes, a->address, a->family == 4 ? 4 : 16)) {
		ASN1_OCTET_STRING_free(bytes);
		GENERAL_NAME_free(g);
		return false;
	}
	GENERAL_NAME_set0_value(g, GEN_IPADD, bytes);
	if (sk_GENERAL_NAME_push(to, g))
		return true;
	GENERAL_NAME_free(g);
	return false;
}

static bool
add_subjects(
	X509 *x,
	const char *const *names,
	size_t n_names,
	const struct household_address *addresses,
	size_t n_addresses
) {
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	bool ok = all && add_dns(all, household_names[0]) && add_dns(all, household_names[1]);

	for (size_t i = 0; ok && i < n_names && i < HOUSEHOLD_NAMES_MAX; i++)
		if (household_may_name(names[i]))
			ok = add_dns(all, names[i]);
	for (size_t i = 0; ok && i < n_addresses && i < HOUSEHOLD_ADDRESSES_MAX; i++)
		if (household_may_address(&addresses[i]))
			ok = add_address(all, &addresses[i]);
	ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0, X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(all);
	return ok;
}

int
household_sign(
	const struct household *h,
	const char *const *names,
	size_t n_names,
	const struct household_address *addresses,
	size_t n_addresses,
	struct household_leaf *ret,
	char ret_error[HOUSEHOLD_ERROR]
) {
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	time_t now = time(NULL);

	// A day back: the clocks of phones and gateways disagree.
	if (key && x && X509_set_version(x, X509_VERSION_3) && set_serial(x)
	    && set_name(x, household_names[1])
	    && X509_set_issuer_name(x, X509_get_subject_name(h->ca))
	    && X509_time_adj_ex(X509_getm_notBefore(x), -1, 0, &now)
	    && X509_time_adj_ex(X509_getm_notAfter(x), HOUSEHOLD_LEAF_DAYS, 0, &now)
	    && X509_set_pubkey(x, key)
	    && add_extension(x, h->ca, NID_basic_constraints, "critical,CA:FALSE")
	    && add_extension(x, h->ca, NID_key_usage, "critical,digitalSignature")
	    && add_extension(x, h->ca, NID_ext_key_usage, "serverAuth")
	    && add_extension(x, h->ca, NID_subject_key_identifier, "hash")
	    && add_extension(x, h->ca, NID_authority_key_identifier, "keyid:always")
	    && add_subjects(x, names, n_names, addresses, n_addresses)
	    && X509_sign(x, h->key, EVP_sha256())) {
		*ret = (struct household_leaf){key, x, now};
		return 0;
	}
	EVP_PKEY_free(key);
	X509_free(x);
	return household_fault(ret_error, "the certificate cannot be signed");
}

void
household_leaf_free(struct household_leaf *l) {
	EVP_PKEY_free(l->key);
	X509_free(l->certificate);
	*l = (struct household_leaf){0};
}

bool
household_leaf_is_fresh(const struct household_leaf *l, int64_t now_s) {
	return l->certificate && now_s >= l->made_s - DAY_S / 2
		&& now_s < l->made_s + (int64_t)HOUSEHOLD_RENEW_DAYS * DAY_S;
}
