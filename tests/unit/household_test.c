// SPDX-License-Identifier: BSD-3-Clause
// The household's authority: kept, private, and able to vouch for the home only.

#include "control/tls/addresses.h"
#include "control/tls/context.h"
#include "control/tls/household.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <assert.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/spin-household-XXXXXX";
static char error[HOUSEHOLD_ERROR];

static const char *
path(const char *name) {
	static char text[128];
	snprintf(text, sizeof text, "%s/tls/%s", dir, name);
	return text;
}

static bool
verifies(const struct household *h, X509 *leaf) {
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	X509_STORE_add_cert(store, h->ca);
	X509_STORE_CTX_init(c, store, leaf, NULL);
	X509_STORE_CTX_set_purpose(c, X509_PURPOSE_SSL_SERVER);
	bool ok = X509_verify_cert(c) == 1;
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	return ok;
}

static void
test_kept(void **state) {
	(void)state;
	struct household first, again;
	struct stat st;

	assert_int_equal(household_open(dir, &first, error), 0);
	assert_int_equal(stat(path("ca.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(household_open(dir, &again, error), 0);
	assert_string_equal(first.pem, again.pem);
	household_close(&again);
	// The power went between the two files: the same key signs a new certificate.
	assert_int_equal(unlink(path("ca.pem")), 0);
	assert_int_equal(household_open(dir, &again, error), 0);
	assert_int_equal(EVP_PKEY_eq(first.key, again.key), 1);
	household_close(&again);
	household_close(&first);
}

static void
test_broken(void **state) {
	(void)state;
	struct household h;
	FILE *f = fopen(path("ca.key"), "w");

	fputs("nonsense", f);
	fclose(f);
	assert_true(household_open(dir, &h, error) < 0);
	assert_non_null(strstr(error, "ca.key: is broken"));
	assert_int_equal(unlink(path("ca.key")), 0);
	// A new key beside an old certificate would make leaves that nobody can verify.
	assert_true(household_open(dir, &h, error) < 0);
	assert_non_null(strstr(error, "ca.pem"));
	assert_int_equal(unlink(path("ca.pem")), 0);
	unlink(path("ca.key"));
	assert_true(household_open("/nonexistent", &h, error) < 0);
	assert_non_null(strstr(error, "/nonexistent"));
}

static void
test_leaf(void **state) {
	(void)state;
	static const char *const names[] = {"my.home", "a.spin.local", "SPIN.home.arpa"};
	static const struct household_address addresses[] = {
		{4, {192, 168, 1, 1}},
		{4, {203, 0, 113, 1}},
		{6, {0xfd, 1}},
		{6, {0x20, 1}},
	};
	struct household h;
	struct household_leaf leaf;

	assert_int_equal(household_open(dir, &h, error), 0);
	assert_int_equal(
		household_sign(&h, names, ARRAY_LEN(names), addresses, 4, &leaf, error), 0
	);
	X509 *x = leaf.certificate;
	assert_true(verifies(&h, x)); // what it cannot vouch for was left out
	assert_int_equal(X509_check_host(x, "a.spin.local", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(x, "spin.local", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(x, "my.home", 0, 0, NULL), 0);
	assert_int_equal(X509_check_ip_asc(x, "192.168.1.1", 0), 1);
	assert_int_equal(X509_check_ip_asc(x, "fd01::", 0), 1);
	assert_int_equal(X509_check_ip_asc(x, "203.0.113.1", 0), 0);
	assert_int_equal(X509_check_ca(x), 0);

	int64_t day = 86400, now = leaf.made_s;
	assert_true(household_leaf_is_fresh(&leaf, now));
	assert_true(household_leaf_is_fresh(&leaf, now + 59 * day));
	assert_false(household_leaf_is_fresh(&leaf, now + 60 * day));
	assert_false(household_leaf_is_fresh(&leaf, now - day)); // the clock was set back
	struct ssl_ctx_st *context;
	assert_int_equal(context_of_leaf(&h, &leaf, &context, error), 0);
	assert_true(context_want_client(context, "/nonexistent", error) < 0);
	assert_non_null(strstr(error, "/nonexistent"));
	context_free(context);
	household_leaf_free(&leaf);
	assert_false(household_leaf_is_fresh(&leaf, now));
	household_close(&h);
}

static void
test_addresses(void **state) {
	(void)state;
	static const char *const listen[] = {
		"192.168.1.1:1", "[fe80::1]:1", "8.8.8.8:1", "192.168.1.1:2", "rubbish", "[::1:1"};
	struct household_address found[HOUSEHOLD_ADDRESSES_MAX], one;
	bool any;

	assert_int_equal(addresses_now(listen, ARRAY_LEN(listen), found), 2);
	assert_int_equal(found[0].address[0], 192);
	assert_int_equal(found[1].address[1], 0x80);
	assert_true(addresses_of("0.0.0.0:1", &one, &any) && any);
	assert_true(addresses_of("[::]:1", &one, &any) && any);
	assert_true(addresses_of("10.0.0.0:1", &one, &any) && !any);
}

static int
finish(void **state) {
	(void)state;
	unlink(path("ca.key"));
	unlink(path("ca.pem"));
	rmdir(path(""));
	return rmdir(dir);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_leaf),
		cmocka_unit_test(test_addresses),
	};
	assert(mkdtemp(dir));
	return cmocka_run_group_tests(tests, NULL, finish);
}
