// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/cookie.h"
#include "control/access/delay.h"
#include "control/access/password.h"
#include "control/access/roles.h"
#include "control/access/secret.h"
#include "control/access/totp.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
test_table_is_sorted_and_whole(void **state) {
	(void)state;
	assert_true(roles_table_count > 40);
	for (size_t i = 1; i < roles_table_count; i++)
		assert_true(strcmp(roles_table[i - 1].operation, roles_table[i].operation) < 0);
}

static void
test_roles_are_those_of_the_description(void **state) {
	(void)state;
	static const struct {
		const char *operation;
		const char *may; // one letter a role: none, metrics, provider, viewer, user, admin
	} cases[] = {
		{"getHealth", "nmpvua"},
		{"getMetrics", "mvua"},
		{"listDevices", "pvua"},
		{"actOnDevice", "pua"},
		{"putProfile", "ua"},
		{"noSuchOperation", "a"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (enum role role = 0; role < ROLE_COUNT; role++) {
			bool may = strchr(cases[i].may, role_name(role)[0]) != NULL;
			assert_int_equal(roles_allow(cases[i].operation, role), may);
		}
	assert_true(roles_is_open("getHealth"));
	assert_false(roles_is_open("listDevices"));
}

static void
test_names_of_roles(void **state) {
	(void)state;
	enum role role = ROLE_COUNT;
	assert_false(role_parse("none", &role));
	assert_false(role_parse("root", &role));
	assert_int_equal(role, ROLE_COUNT);
	for (enum role r = ROLE_METRICS; r < ROLE_COUNT; r++) {
		assert_true(role_parse(role_name(r), &role));
		assert_int_equal(role, r);
	}
}

static void
test_secrets(void **state) {
	(void)state;
	char text[SECRET_TEXT], other[SECRET_TEXT];
	uint8_t hash[ACCOUNT_HASH], again[ACCOUNT_HASH];
	uint64_t id;
	assert_true(secret_make("spin_", 77, text, hash));
	assert_true(secret_make("spin_", 77, other, again));
	assert_string_not_equal(text, other);
	assert_true(secret_parse("spin_", text, strlen(text), &id, again));
	assert_int_equal(id, 77);
	assert_true(secret_equal(hash, again));
	// One digit of the secret is another secret; one of the form is none.
	size_t last = strlen(text) - 1;
	text[last] = text[last] == '0' ? '1' : '0';
	assert_true(secret_parse("spin_", text, strlen(text), &id, again));
	assert_false(secret_equal(hash, again));
	text[last] = 'G';
	assert_false(secret_parse("spin_", text, strlen(text), &id, again));
	assert_false(secret_parse("spin_", other, strlen(other) - 1, &id, again));
	assert_false(secret_parse("ses_", other, strlen(other), &id, again));
	assert_false(secret_parse("spin_", "", 0, &id, again));
}

static void
test_codes_as_people_type_them(void **state) {
	(void)state;
	char code[SECRET_CODE];
	uint8_t one[ACCOUNT_HASH], two[ACCOUNT_HASH];
	assert_true(secret_code(code));
	assert_int_equal(strlen(code), 14);
	secret_code_hash("k3m9-0x2p-7vqe", one);
	secret_code_hash(" K3M90X2P 7vqe", two);
	assert_true(secret_equal(one, two));
	secret_code_hash("k3m9-0x2p-7vqf", two);
	assert_false(secret_equal(one, two));
}

// RFC 6238, appendix B, of which the last six digits count.
static void
test_totp(void **state) {
	(void)state;
	static const struct {
		uint64_t time;
		const char *code;
	} cases[] = {
		{59, "287082"},
		{1111111109, "081804"},
		{1234567890, "005924"},
		{2000000000, "279037"},
	};
	struct user u = {.totp = true};
	memcpy(u.totp_secret, "12345678901234567890", ACCOUNT_TOTP);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t ns = cases[i].time * NS_PER_S;
		struct user early = u, late = u;
		char code[8];
		snprintf(code, sizeof code, "%06u", totp_code(u.totp_secret, cases[i].time / 30));
		assert_string_equal(code, cases[i].code);
		assert_true(totp_take(&early, code, ns - 30 * NS_PER_S));
		assert_true(totp_take(&late, code, ns + 30 * NS_PER_S));
		assert_false(totp_take(&u, code, ns + 90 * NS_PER_S));
		assert_true(totp_take(&u, code, ns));
		assert_false(totp_take(&u, code, ns)); // taken
	}
	assert_false(totp_take(&u, "", 0));
	char text[TOTP_SECRET_TEXT];
	totp_secret_text(u.totp_secret, text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	// A recovery code, once.
	secret_code_hash("aaaa-bbbb-cccc", u.recovery[0]);
	secret_code_hash("dddd-eeee-ffff", u.recovery[1]);
	u.recovery_count = 2;
	assert_true(totp_take(&u, "AAAA BBBB CCCC", 0));
	assert_false(totp_take(&u, "aaaa-bbbb-cccc", 0));
	assert_int_equal(u.recovery_count, 1);
	assert_true(totp_take(&u, "dddd-eeee-ffff", 0));
}

static void
test_delay_grows_and_ends(void **state) {
	(void)state;
	static struct delay d;
	ns_t now = NS_PER_S;
	unsigned int longest = 0;
	for (int i = 0; i < DELAY_FREE; i++)
		assert_int_equal(delay_attempt(&d, "192.0.2.1", now), 0);
	assert_int_equal(delay_attempt(&d, "192.0.2.1", now), 0);
	for (int i = 0; i < 20; i++) {
		unsigned int wait = delay_attempt(&d, "192.0.2.1", now);
		assert_true(wait >= longest && wait > 0);
		longest = wait;
		// Asking again does not make it longer, and others do not wait.
		assert_int_equal(delay_attempt(&d, "192.0.2.1", now), wait);
		assert_int_equal(delay_attempt(&d, "192.0.2.2", now), 0);
		delay_passed(&d, "192.0.2.2");
		now += wait * NS_PER_S;
		assert_int_equal(delay_attempt(&d, "192.0.2.1", now), 0);
	}
	assert_int_equal(longest, DELAY_MOST_S);
	delay_passed(&d, "192.0.2.1");
	assert_int_equal(delay_attempt(&d, "192.0.2.1", now), 0);
	assert_int_equal(delay_attempt(&d, "192.0.2.1", now), 0);
	// One household is one source of IPv6, and loopback waits half a minute at most.
	for (int i = 0; i <= DELAY_FREE; i++)
		delay_attempt(&d, "2001:db8:1:2::7", now);
	assert_true(delay_attempt(&d, "2001:db8:1:2:ffff::1", now) > 0);
	assert_int_equal(delay_attempt(&d, "2001:db8:1:3::1", now), 0);
	for (int i = 0; i < 40; i++)
		now += delay_attempt(&d, "127.0.0.1", now) * NS_PER_S;
	assert_in_range(delay_attempt(&d, "127.0.0.1", now), 0, DELAY_LOOPBACK_S);
}

static void
test_delay_is_bounded(void **state) {
	(void)state;
	static struct delay d;
	char source[ACCOUNT_SOURCE];
	for (unsigned int i = 0; i < 4 * DELAY_SOURCES; i++) {
		snprintf(source, sizeof source, "10.0.%u.%u", i >> 8, i & 255);
		assert_int_equal(delay_attempt(&d, source, i), 0);
	}
	assert_int_equal(d.count, DELAY_SOURCES);
}

static void
test_cookies(void **state) {
	(void)state;
	const char *value, *at = "a=1; spin=one;spin=two; xspin=three; spin; spin=";
	size_t length;
	assert_true(cookie_next(&at, "spin", &value, &length));
	assert_memory_equal(value, "one", length);
	assert_true(cookie_next(&at, "spin", &value, &length));
	assert_memory_equal(value, "two", length);
	assert_true(cookie_next(&at, "spin", &value, &length));
	assert_int_equal(length, 0);
	assert_false(cookie_next(&at, "spin", &value, &length));
}

static void
test_passwords(void **state) {
	(void)state;
	static struct password_job job = {.makes = true, .fresh = "correct horse"};
	password_run(&job, "");
	assert_int_equal(job.result, 0);
	assert_memory_equal(job.made, "$y$", 3); // crypt(5): yescrypt
	static struct password_job check = {.checks = true, .given = "correct horse"};
	strcpy(check.stored, job.made);
	password_run(&check, job.made);
	assert_int_equal(check.result, 0);
	strcpy(check.given, "correct hors");
	password_run(&check, job.made);
	assert_int_equal(check.result, -EACCES);
	// Nobody's is wrong, also where it fits what it is compared with to take as long.
	static struct password_job nobody = {.checks = true, .given = "correct horse"};
	password_run(&nobody, job.made);
	assert_int_equal(nobody.result, -EACCES);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_sorted_and_whole),
		cmocka_unit_test(test_roles_are_those_of_the_description),
		cmocka_unit_test(test_names_of_roles),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_codes_as_people_type_them),
		cmocka_unit_test(test_totp),
		cmocka_unit_test(test_delay_grows_and_ends),
		cmocka_unit_test(test_delay_is_bounded),
		cmocka_unit_test(test_cookies),
		cmocka_unit_test(test_passwords),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
