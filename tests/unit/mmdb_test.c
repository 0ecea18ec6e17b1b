// SPDX-License-Identifier: BSD-3-Clause
// Countries and networks out of small files, and files that are damaged.

#include "control/geo/mmdb.h"
#include "platform/base.h"
#include "platform/text.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CORPUS SPIN_SOURCE "/tests/fuzz/corpus/mmdb/"

static const char codes[][3] = {"NL", "DE"};

struct list {
	char text[16][64];
	unsigned int count;
};

static void
note(void *context,
     unsigned int code,
     unsigned int family,
     const uint8_t address[16],
     unsigned int length) {
	struct list *l = context;
	char text[TEXT_ADDRESS];

	assert_true(l->count < ARRAY_LEN(l->text));
	snprintf(
		l->text[l->count++],
		sizeof l->text[0],
		"%s %s/%u",
		codes[code],
		text_address(family, address, text),
		length
	);
}

static bool
has(const struct list *l, const char *text) {
	for (unsigned int i = 0; i < l->count; i++)
		if (strcmp(l->text[i], text) == 0)
			return true;
	return false;
}

static void
open_it(struct mmdb *m, const char *file) {
	char why[MMDB_ERROR] = "";

	if (mmdb_open(m, file, why) < 0)
		fail_msg("%s", why);
}

// Each prefix once, though IPv4 hangs in the tree three times.
static void
test_walk(void **) {
	static const struct {
		const char *file, *prefixes[5];
	} rows[] = {
		{CORPUS "country",
		 {"NL 198.51.100.0/25",
		  "NL 203.0.113.0/24",
		  "NL 2001:db8:7::/48",
		  "DE 2001:db8:8::/45"}},
		{CORPUS "country4", {"NL 198.51.100.0/24"}},
		{CORPUS "network", {NULL}},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct list l = {.count = 0};
		char why[MMDB_ERROR];
		unsigned int n = 0;
		struct mmdb m;
		open_it(&m, rows[i].file);
		assert_int_equal(mmdb_walk(&m, "x", codes, 2, note, &l, why), 0);
		for (; rows[i].prefixes[n]; n++)
			if (!has(&l, rows[i].prefixes[n]))
				fail_msg("%s lacks %s", rows[i].file, rows[i].prefixes[n]);
		assert_int_equal(l.count, n);
		mmdb_close(&m);
	}
}

static void
test_look_up(void **) {
	static const struct {
		const char *file, *address, *country;
		uint32_t number;
		const char *name;
	} rows[] = {
		{CORPUS "country", "198.51.100.1", "NL", 0, NULL},
		{CORPUS "country", "198.51.100.129", "US", 0, NULL},
		{CORPUS "country", "198.51.101.1", NULL, 0, NULL},
		{CORPUS "country", "2001:db8:f::1", "DE", 0, NULL},
		{CORPUS "country4", "203.0.113.7", "US", 0, NULL},
		{CORPUS "country4", "2001:db8:7::1", NULL, 0, NULL},
		{CORPUS "network", "198.51.100.1", NULL, 64496, "EXAMPLE-NET"},
		{CORPUS "network", "203.0.113.1", NULL, 64511, "Other <b>"},
		{CORPUS "network", "192.0.2.1", NULL, 0, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mmdb_network n;
		uint8_t bytes[16] = {0};
		unsigned int family;
		char code[3] = "";
		struct mmdb m;
		open_it(&m, rows[i].file);
		assert_int_equal(text_parse_address(rows[i].address, &family, bytes), 0);
		assert_int_equal(mmdb_country(&m, family, bytes, code), rows[i].country != NULL);
		if (rows[i].country)
			assert_string_equal(code, rows[i].country);
		assert_int_equal(mmdb_network(&m, family, bytes, &n), rows[i].name != NULL);
		if (rows[i].name)
			assert_string_equal(n.name, rows[i].name);
		assert_int_equal(n.number, rows[i].number);
		assert_false(m.damaged);
		mmdb_close(&m);
	}
}

static void
test_damaged(void **) {
	static const struct {
		const char *file, *told;
	} rows[] = {
		{CORPUS "circle", "x: is damaged, its tree "},
		{CORPUS "far", "x: is damaged, its tree leads out of the file"},
		{CORPUS "pointer", "x: is damaged, a record in it cannot be read"},
	};
	char why[MMDB_ERROR];
	struct mmdb m;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct list l = {.count = 0};
		open_it(&m, rows[i].file);
		assert_int_equal(mmdb_walk(&m, "x", codes, 2, note, &l, why), -EINVAL);
		if (strncmp(why, rows[i].told, strlen(rows[i].told)) != 0)
			fail_msg("%s: %s", rows[i].file, why);
		mmdb_close(&m);
	}
	assert_true(mmdb_open(&m, SPIN_SOURCE "/meson.build", why) < 0);
	assert_non_null(strstr(why, "is no MaxMind DB that can be read"));
	assert_true(mmdb_open(&m, "/nowhere/at.all", why) < 0);
	assert_non_null(strstr(why, "No such file"));
	assert_true(mmdb_open(&m, "/", why) < 0);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_look_up),
		cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
