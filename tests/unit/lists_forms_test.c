// SPDX-License-Identifier: BSD-3-Clause
// The forms of lists that feeds come in: what each line means.

#include "control/lists_read.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lists_findings f;

static void *
read_list(const char *text) {
	static const uint64_t key[2] = {1, 2};
	struct lists_build b;
	size_t size;
	void *image;

	lists_build_init(&b, key);
	lists_read_text("feed", text, strlen(text), 0, &b, &f);
	assert_int_equal(lists_build_finish(&b, 1, 1, 1, &image, &size), 0);
	lists_build_fini(&b);
	return image;
}

static bool
has_name(const void *image, const char *name) {
	uint8_t wire[256];
	size_t at = 0;

	for (const char *label = name; label; label = strchr(label, '.')) {
		label += *label == '.';
		size_t n = strcspn(label, ".");
		wire[at++] = (uint8_t)n;
		memcpy(wire + at, label, n);
		at += n;
	}
	return lists_find_name(image, wire, at) != 0;
}

static bool
has_address(const void *image, const char *text) {
	uint8_t a[16] = {0};
	unsigned int v[4], family = 4;

	if (strchr(text, ':')) { // 2001:db8::N
		family = 6;
		memcpy(a, (uint8_t[4]){0x20, 1, 0xd, 0xb8}, 4);
		a[15] = (uint8_t)strtoul(strrchr(text, ':') + 1, NULL, 16);
		return lists_find_address(image, family, a) != 0;
	}
	assert_int_equal(sscanf(text, "%u.%u.%u.%u", &v[0], &v[1], &v[2], &v[3]), 4);
	for (unsigned int i = 0; i < 4; i++)
		a[i] = (uint8_t)v[i];
	return lists_find_address(image, family, a) != 0;
}

// What is listed, and what is not, each parted by blanks; a digit or colon begins an address.
static void
expect(const void *image, const char *words, bool listed, const char *text) {
	char copy[256];

	snprintf(copy, sizeof copy, "%s", words);
	for (char *save, *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		bool address = w[strspn(w, "0123456789.")] == 0 || strchr(w, ':');
		bool is = address ? has_address(image, w) : has_name(image, w);
		if (is != listed)
			print_error("'%s': %s %s\n", text, w, is ? "is listed" : "is not");
		assert_true(is == listed);
	}
}

struct row {
	const char *text, *form;
	const char *in, *out;
	unsigned long entries, skipped, wrong;
};

static void
check(const struct row *rows, size_t n) {
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		void *image = read_list(r->text);
		const char *form = lists_form_of(&f);
		if (f.entries != r->entries || f.skipped != r->skipped || f.wrong != r->wrong)
			print_error(
				"'%s': %lu entries, %lu skipped, %lu wrong: %s\n",
				r->text,
				f.entries,
				f.skipped,
				f.wrong,
				f.text[0]
			);
		assert_int_equal(f.entries, r->entries);
		assert_int_equal(f.skipped, r->skipped);
		assert_int_equal(f.wrong, r->wrong);
		if (r->form)
			assert_string_equal(form, r->form);
		else
			assert_null(form);
		expect(image, r->in, true, r->text);
		expect(image, r->out, false, r->text);
		free(image);
	}
}

static void
test_plain(void **) {
	static const struct row rows[] = {
		{"a.example\nb.example", "domains", "a.example x.b.example", "example", 2, 0, 0},
		{"*.a.example\n.b.example",
		 "wildcard domains",
		 "x.a.example b.example",
		 "",
		 2,
		 0,
		 0},
		{"*.zip", "wildcard domains", "x.zip", "", 1, 0, 0},
		{"0.0.0.0 a.example b.example localhost",
		 "hosts file",
		 "a.example b.example",
		 "localhost",
		 2,
		 0,
		 0},
		{"198.51.100.7\n2001:db8::/120",
		 "addresses",
		 "198.51.100.7 2001:db8::fe",
		 "198.51.100.8",
		 2,
		 0,
		 0},
		{"198.51.100.0/24 ; SBL1\n; Spamhaus",
		 "addresses",
		 "198.51.100.9",
		 "198.51.101.9",
		 1,
		 0,
		 0},
		{"198.51.100.5;SBL1", "addresses", "198.51.100.5", "198.51.100.6", 1, 0, 0},
		{"a.example\n198.51.100.5", "mixed", "a.example 198.51.100.5", "", 2, 0, 0},
		{"# nothing\n\n! here", NULL, "", "a.example", 0, 0, 0},
	};
	check(rows, ARRAY_LEN(rows));
}

static void
test_ranges(void **) {
	static const struct row rows[] = {
		{"198.51.100.3-198.51.100.9",
		 "address ranges",
		 "198.51.100.3 198.51.100.4 198.51.100.7 198.51.100.9",
		 "198.51.100.2 198.51.100.10",
		 1,
		 0,
		 0},
		{"198.51.100.3 - 198.51.100.9 # x",
		 "address ranges",
		 "198.51.100.3 198.51.100.9",
		 "198.51.100.2 198.51.100.10",
		 1,
		 0,
		 0},
		{"198.51.100.3 -198.51.100.9",
		 "address ranges",
		 "198.51.100.9",
		 "198.51.100.10",
		 1,
		 0,
		 0},
		{"198.51.100.3- 198.51.100.9",
		 "address ranges",
		 "198.51.100.9",
		 "198.51.100.10",
		 1,
		 0,
		 0},
		{"198.51.100.3-198.51.100.3",
		 "address ranges",
		 "198.51.100.3",
		 "198.51.100.2 198.51.100.4",
		 1,
		 0,
		 0},
		{"2001:db8::3-2001:db8::c",
		 "address ranges",
		 "2001:db8::3 2001:db8::c",
		 "2001:db8::2 2001:db8::d",
		 1,
		 0,
		 0},
		{"0.0.0.0-255.255.255.255",
		 "address ranges",
		 "1.1.1.1 9.9.9.9 223.255.255.255",
		 "10.0.0.1 192.168.0.1",
		 1,
		 0,
		 0},
		{"a-b.example", "domains", "a-b.example", "", 1, 0, 0},
		{"198.51.100.9-198.51.100.3", "address ranges", "", "198.51.100.3", 0, 0, 1},
		{"198.51.100.9-2001:db8::1", "address ranges", "", "198.51.100.9", 0, 0, 1},
		{"198.51.100.0/24-198.51.101.0", "address ranges", "", "198.51.100.0", 0, 0, 1},
		{"198.51.100.9-", "address ranges", "", "198.51.100.9", 0, 0, 1},
	};
	check(rows, ARRAY_LEN(rows));
}

static void
test_resolvers(void **) {
	static const struct row rows[] = {
		{"address=/a.example/", "dnsmasq", "a.example x.a.example", "b.example", 1, 0, 0},
		{"address=/a.example/#", "dnsmasq", "a.example", "", 1, 0, 0},
		{"address=/a.example/b.example/0.0.0.0 # both",
		 "dnsmasq",
		 "a.example b.example",
		 "",
		 2,
		 0,
		 0},
		{"address=/a.example/::", "dnsmasq", "a.example", "", 1, 0, 0},
		{"server=/a.example/\nlocal=/b.example/",
		 "dnsmasq",
		 "a.example b.example",
		 "",
		 2,
		 0,
		 0},
		{"server=/a.example/\nserver=/good.a.example/#",
		 "dnsmasq",
		 "a.example bad.a.example",
		 "good.a.example x.good.a.example",
		 1,
		 0,
		 0},
		{"server=/a.example/192.0.2.53", "dnsmasq", "", "a.example", 0, 0, 1},
		{"address=/a.example/192.0.2.53", "dnsmasq", "", "a.example", 0, 0, 1},
		{"address=/#/", "dnsmasq", "", "a.example", 0, 0, 1},
		{"address=/a.example", "dnsmasq", "", "a.example", 0, 0, 1},
		{"address=/", "dnsmasq", "", "a.example", 0, 0, 1},
		{"local-zone: \"a.example\" always_nxdomain",
		 "unbound",
		 "a.example x.a.example",
		 "",
		 1,
		 0,
		 0},
		{"server:\n  local-zone: \"a.example.\" static\nlocal-zone: b.example refuse",
		 "unbound",
		 "a.example b.example",
		 "",
		 2,
		 1,
		 0},
		{"local-zone: \"a.example\" transparent", "unbound", "", "a.example", 0, 1, 0},
		{"local-data: \"a.example A 0.0.0.0\"\nlocal-data: \"b.example. 60 IN A "
		 "192.0.2.1\"",
		 "unbound",
		 "a.example",
		 "b.example",
		 1,
		 1,
		 0},
		{"local-zone: \"a.example\"", "unbound", "", "a.example", 0, 0, 1},
		{"local-zone: \"a.example", "unbound", "", "a.example", 0, 0, 1},
	};
	check(rows, ARRAY_LEN(rows));
}

static void
test_adblock(void **) {
	static const struct row rows[] = {
		{"[Adblock Plus 2.0]\n! Title: x\n||a.example^",
		 "adblock",
		 "a.example x.a.example",
		 "b.example",
		 1,
		 0,
		 0},
		{"||a.example^|\n||b.example", "adblock", "a.example b.example", "", 2, 0, 0},
		{"||*.a.example^", "adblock", "x.a.example", "", 1, 0, 0},
		{"||198.51.100.7^", "adblock", "198.51.100.7", "198.51.100.8", 1, 0, 0},
		{"||a.example^\n@@||good.a.example^",
		 "adblock",
		 "a.example",
		 "good.a.example",
		 1,
		 0,
		 0},
		{"||a.example^$important\n||b.example^$third-party,popup",
		 "adblock",
		 "a.example b.example",
		 "",
		 2,
		 0,
		 0},
		{"||a.example^$script\n||b.example^$domain=x.example\n||c.example^$dnsrewrite=1.2."
		 "3.4",
		 "adblock",
		 "",
		 "a.example b.example c.example",
		 0,
		 3,
		 0},
		{"||a.example/ads/\n||a.example^path\n||a.ex*le^\n||a.example:8080^",
		 "adblock",
		 "",
		 "a.example",
		 0,
		 4,
		 0},
		{"a.example##.banner\n~a.example,b.example#@#.ad\na.example#?#div:has(.x)\n##.ad",
		 NULL,
		 "",
		 "a.example b.example",
		 0,
		 3,
		 0},
		{"[Adblock Plus "
		 "2.0]\n/ads/*\n-banner.\n&ad=\n/regex[0-9]/\nads.js\n|http://a.example/x",
		 "adblock",
		 "",
		 "a.example ads.js",
		 0,
		 6,
		 0},
		{"[AdGuard]\n0.0.0.0 a.example\n||b.example^",
		 "mixed",
		 "a.example b.example",
		 "",
		 2,
		 0,
		 0},
		{"@@|http://x\n@@/x/", "adblock", "", "x", 0, 2, 0},
		{"||exa$mple^", "adblock", "", "example", 0, 1, 0},
		{"||a..example^", "adblock", "", "", 0, 0, 1},
		{"||^", "adblock", "", "", 0, 0, 1},
		{"||", "adblock", "", "", 0, 0, 1},
	};
	check(rows, ARRAY_LEN(rows));
}

static void
test_json(void **) {
	static const struct row rows[] = {
		{"{\"cidr\":\"198.51.100.0/24\",\"sblid\":\"SBL1\",\"rir\":\"apnic\"}\n"
		 "{ \"sblid\" : \"SBL1\", \"cidr\" : \"2001:db8::/32\" }\n"
		 "{\"type\":\"metadata\",\"timestamp\":1700000000,\"size\":2}",
		 "DROP JSON",
		 "198.51.100.1 2001:db8::1",
		 "198.51.101.1",
		 2,
		 1,
		 0},
		{"{\"asn\":64496,\"domain\":\"a.example\"}", "DROP JSON", "", "a.example", 0, 0, 1},
		{"{\"cidr\":\"198.51.100.0/33\"}", "DROP JSON", "", "198.51.100.1", 0, 0, 1},
		{"{\"cidr\":\"moon\"}", "DROP JSON", "", "", 0, 0, 1},
		{"{\"cidr\":\"198.51.100.0/24\"", "DROP JSON", "", "198.51.100.1", 0, 0, 1},
		{"{\"cidr\":{\"cidr\":\"198.51.100.0/24\"}}",
		 "DROP JSON",
		 "",
		 "198.51.100.1",
		 0,
		 0,
		 1},
		{"{\"a\\\"\":1,\"cidr\":\"198.51.100.0/24\"}",
		 "DROP JSON",
		 "",
		 "198.51.100.1",
		 0,
		 0,
		 1},
		{"{}", "DROP JSON", "", "", 0, 0, 1},
		{"{", "DROP JSON", "", "", 0, 0, 1},
		{"{\"", "DROP JSON", "", "", 0, 0, 1},
	};
	check(rows, ARRAY_LEN(rows));
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_resolvers),
		cmocka_unit_test(test_adblock),
		cmocka_unit_test(test_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
