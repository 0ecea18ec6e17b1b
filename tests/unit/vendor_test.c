// SPDX-License-Identifier: BSD-3-Clause
// The registry of MAC prefixes: the longest prefix, quotes, and what has no maker.
#include "platform/vendor.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/spin-vendor-XXXXXX";

static void
write_file(const char *name, const char *text) {
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
longest_prefix_wins(void **) {
	write_file(
		"oui.csv",
		"Registry,Assignment,Organization Name,Organization Address\n"
		"MA-L,AC1234,\"Quotes, \"\"and\"\" commas \",\"Somewhere, 1\"\r\n"
		"MA-L,AC1235,IEEE Registration Authority,\n"
		"MA-L,AC1236,Private,\n"
		"MA-L,nonsense\n"
	);
	write_file("mam.csv", "MA-M,AC12351,Twenty-eight bits,x\n");
	write_file("oui36.csv", "MA-S,AC1235123,Thirty-six bits,x\n");
	struct vendors *v = vendors_load(dir);
	assert_non_null(v);
	assert_int_equal(vendors_count(v), 3);
	assert_string_equal(
		vendors_find(v, (const uint8_t[]){0xac, 0x12, 0x34, 1, 2, 3}),
		"Quotes, \"and\" commas"
	);
	assert_string_equal(
		vendors_find(v, (const uint8_t[]){0xac, 0x12, 0x35, 0x1f, 0, 0}),
		"Twenty-eight bits"
	);
	assert_string_equal(
		vendors_find(v, (const uint8_t[]){0xac, 0x12, 0x35, 0x12, 0x3f, 0}),
		"Thirty-six bits"
	);
	assert_null(vendors_find(v, (const uint8_t[]){0xac, 0x12, 0x35, 0x20, 0, 0}));
	assert_null(vendors_find(v, (const uint8_t[]){0xac, 0x12, 0x36, 0, 0, 0}));
	assert_null(vendors_find(v, (const uint8_t[]){0xae, 0x12, 0x34, 0, 0, 0})); // made up
	assert_null(vendors_find(NULL, (const uint8_t[]){0xac, 0x12, 0x34, 0, 0, 0}));
	vendors_free(v);
}

static void
absence_is_told(void **) {
	assert_null(vendors_load("/nonexistent"));
	assert_int_equal(errno, ENOENT);
	vendors_free(NULL);
}

static int
make_dir(void **) {
	return mkdtemp(dir) == NULL;
}

static int
remove_dir(void **) {
	static const char *const files[] = {"oui.csv", "mam.csv", "oui36.csv"};
	char path[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	return rmdir(dir);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest_prefix_wins),
		cmocka_unit_test(absence_is_told),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
