// SPDX-License-Identifier: BSD-3-Clause
// The shipped rules against what real devices say, the arithmetic behind, and what is said of a
// rules file that is wrong.

#include "control/identity/glob.h"
#include "control/identity/kind_judge.h"
#include "platform/base.h"
#include "tests/unit/kind_cases.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct kind_rules shipped;

static int
load(void **) {
	char error[KIND_RULES_ERROR] = "";

	if (kind_rules_load(&shipped, SPIN_SOURCE "/control/kinds", error) < 0)
		fail_msg("%s", error);
	return 0;
}

static int
unload(void **) {
	kind_rules_free(&shipped);
	return 0;
}

static void
real_devices(void **) {
	unsigned int wrong = 0;

	assert_true(ARRAY_LEN(kind_cases) >= 60);
	for (size_t i = 0; i < ARRAY_LEN(kind_cases); i++) {
		const struct kind_case *c = &kind_cases[i];
		struct kind_verdict v;
		size_t n = 0;
		while (n < CASE_CLUES_MAX && c->clues[n].text)
			n++;
		kind_judge(&shipped, c->clues, n, &v);
		if (strcmp(kind_name(v.kind), c->is) == 0)
			continue;
		wrong++;
		print_message(
			"case %zu (%s): %s, %u %%\n", i, c->is, kind_name(v.kind), v.confidence
		);
		for (unsigned int k = 0; k < v.evidence_count; k++)
			print_message("    %s\n", v.evidence[k]);
	}
	assert_int_equal(wrong, 0);
}

static void
parse(struct kind_rules *k, const char *text) {
	char error[KIND_RULES_ERROR] = "";

	if (kind_rules_parse(k, "kinds.yaml", text, strlen(text), error) < 0)
		fail_msg("%s", error);
}

static void
evidence_is_weighed(void **) {
	struct kind_rules k = {.count = 0};
	struct kind_verdict v;

	parse(&k,
	      "rules:\n"
	      "  - {kind: printer, weight: 60, mdns_service: [_a._tcp, _b._tcp]}\n"
	      "  - {kind: printer, weight: 50, mdns_service: _c._tcp}\n"
	      "  - {kind: printer, weight: 50, vendor: 'Inkworks*', says: 'Ink comes from %s.'}\n"
	      "  - {kind: camera, weight: 50, serves: tcp/554}\n"
	      "  - {kind: computer, weight: 80, dhcp_vendor: MSFT*}\n"
	      "  - {kind: laptop, weight: 30, hostname: '*book*', mac: random}\n");
	const struct clue_text all[] = {
		{CLUE_MDNS_SERVICE, "_c._tcp"},
		{CLUE_MDNS_SERVICE, "_B._tcp"},
		{CLUE_VENDOR, "INKWORKS & Sons"},
		{CLUE_SERVES, "tcp/554"},
	};
	kind_judge(&k, all, 1, &v); // one weak witness
	assert_int_equal(v.confidence, 50);
	kind_judge(&k, all, 2, &v); // two of one family: the stronger
	assert_int_equal(v.confidence, 60);
	kind_judge(&k, all, 3, &v); // two families: 1 - .4 * .5
	assert_int_equal(v.confidence, 80);
	assert_int_equal(v.evidence_count, 2);
	assert_string_equal(v.evidence[0], "Announces the service _B._tcp (printer, 60 %)");
	assert_string_equal(v.evidence[1], "Ink comes from INKWORKS & Sons. (printer, 50 %)");
	kind_judge(&k, all, 4, &v); // a camera, perhaps: .8 * .5 / (1 - .8 * .5)
	assert_int_equal(v.kind, KIND_PRINTER);
	assert_int_equal(v.confidence, 67);
	const struct clue_text two[] = {
		{CLUE_DHCP_VENDOR, "MSFT 5.0"},
		{CLUE_HOSTNAME, "mybook"},
		{CLUE_MAC, "random"},
	};
	kind_judge(&k, two, 2, &v); // both conditions of a rule must hold
	assert_int_equal(v.kind, KIND_COMPUTER);
	kind_judge(&k, two, 3, &v); // what speaks for a computer speaks for a laptop
	assert_int_equal(v.kind, KIND_LAPTOP);
	assert_int_equal(v.confidence, 86);
	assert_string_equal(v.evidence[1], "Is named mybook; Has a random address (laptop, 30 %)");
	kind_judge(&k, two, 0, &v);
	assert_int_equal(v.kind, KIND_NONE);
	assert_true(kind_rules_want(&k, CLUE_SERVES, "tcp/554"));
	assert_false(kind_rules_want(&k, CLUE_USES, "tcp/554"));
	kind_rules_free(&k);
}

static void
long_texts_are_cut_between_characters(void **) {
	struct kind_rules k = {.count = 0};
	struct kind_verdict v;
	char text[CLUE_TEXT_MAX + 1] = "x";

	for (size_t i = 1; i + 2 < sizeof text; i += 2)
		memcpy(text + i, "é", 3);
	parse(&k, "rules: [{kind: lock, weight: 90, hostname: 'x*'}]\n");
	const struct clue_text clue = {CLUE_HOSTNAME, text};
	kind_judge(&k, &clue, 1, &v);
	assert_int_equal(v.kind, KIND_LOCK);
	assert_true(strlen(v.evidence[0]) < KIND_SENTENCE);
	assert_non_null(strstr(v.evidence[0], "\xc3\xa9 (lock, 90 %)"));
	kind_rules_free(&k);
}

static void
patterns(void **) {
	assert_true(glob_fits("*", ""));
	assert_true(glob_fits("a*c?e", "ABCCDE") && glob_fits("**x", "x"));
	assert_false(glob_fits("?", "") || glob_fits("a", "ab") || glob_fits("ab", "a"));
	assert_true(glob_fits("*ab", "aab") && !glob_fits("*ab", "aba"));
	char many[200];
	memset(many, 'a', sizeof many - 1);
	many[sizeof many - 1] = 0;
	assert_false(glob_fits("a*a*a*a*a*a*a*a*a*a*a*a*b", many)); // soon
}

static const struct {
	const char *text;
	const char *says;
} wrong_files[] = {
	{"", ":1:1: the file is empty"},
	{"rulez: []\n", ":1:1: unknown key 'rulez': did you mean 'rules'?"},
	{"rules: 7\n", ":1:8: expected a list of rules"},
	{"rules:\n  - just words\n", ":2:5: expected 'key: value' lines"},
	{"rules:\n  - {weight: 5, vendor: x}\n", ":2:5: the key 'kind' is missing"},
	{"rules:\n  - {kind: camera, vendor: x}\n", ":2:5: the key 'weight' is missing"},
	{"rules:\n  - {kind: camera, weight: 5}\n", ":2:5: nothing must be seen: add a clue"},
	{"rules:\n  - {kind: camra, weight: 5, vendor: x}\n",
	 ":2:12: there is no kind 'camra': write one of router"},
	{"rules:\n  - {kind: gateway, weight: 5, vendor: x}\n",
	 ":2:12: there is no kind 'gateway'"},
	{"rules:\n  - {kind: camera, weight: 99, vendor: x}\n",
	 ":2:28: '99' is no weight: write a number from 1 to 98"},
	{"rules:\n  - {kind: camera, weight: -1, vendor: x}\n", ":2:28: '-1' is no weight"},
	{"rules:\n  - {kind: camera, weight: 5, vendors: x}\n",
	 "unknown key 'vendors': did you mean 'vendor'?"},
	{"rules:\n  - {kind: camera, weight: 5, vendor: []}\n",
	 ":2:39: expected a pattern or a list"},
	{"rules:\n  - {kind: camera, weight: 5, vendor: {a: b}}\n",
	 ":2:39: expected a pattern or a list"},
	{"rules:\n  - {kind: camera, weight: 5, vendor: ['*']}\n", ":2:40: '*' fits everything"},
	{"rules:\n  - {kind: camera, weight: 5, serves: rtsp}\n",
	 "'rtsp' is no service: write tcp/PORT"},
	{"rules:\n  - {kind: camera, weight: 5, serves: tcp/x}\n",
	 "'tcp/x' is no service: write a port number"},
	{"rules:\n  - {kind: camera, weight: 5, dhcp_options: a}\n", "'a' is no list of options"},
	{"rules:\n  - {kind: camera, weight: 5, mac: even}\n", "write random"},
	{"rules:\n  - {kind: camera, weight: 5, vendor: x, mac: random, serves: tcp/1, uses: "
	 "tcp/1, asks: x}\n",
	 "more than 4 things"},
};

static void
wrong_files_are_explained(void **) {
	struct kind_rules k = {.count = 0};
	char error[KIND_RULES_ERROR];

	parse(&k, "rules: [{kind: lock, weight: 90, hostname: lock}]\n");
	for (size_t i = 0; i < ARRAY_LEN(wrong_files); i++) {
		const char *text = wrong_files[i].text;
		error[0] = 0;
		int r = kind_rules_parse(&k, "kinds.yaml", text, strlen(text), error);
		if (r != -EINVAL || strncmp(error, "kinds.yaml:", 11) != 0
		    || !strstr(error, wrong_files[i].says))
			fail_msg("%s\n  gave: %s\n  not: %s", text, error, wrong_files[i].says);
	}
	assert_int_equal(k.count, 1); // nothing of a wrong file stays
	kind_rules_free(&k);
}

static void
every_kind_is_spoken_for(void **) {
	for (enum kind k = KIND_GATEWAY + 1; k < KIND_COUNT; k++) {
		size_t rules = 0;
		for (size_t i = 0; i < shipped.count; i++)
			rules += shipped.rules[i].kind == k;
		if (rules == 0)
			fail_msg("no rule says %s", kind_name(k));
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_devices),
		cmocka_unit_test(evidence_is_weighed),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(patterns),
		cmocka_unit_test(wrong_files_are_explained),
		cmocka_unit_test(every_kind_is_spoken_for),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
