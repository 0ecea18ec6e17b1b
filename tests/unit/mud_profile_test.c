// SPDX-License-Identifier: BSD-3-Clause
// Profiles become MUD files and profiles again; from the first file on every byte is the same.

#include "control/domain.h"
#include "control/profile_mud.h"
#include "control/profile_rule.h"
#include "control/profile_write.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW_NS (1790000000 * NS_PER_S)

static struct mud m;
static struct rule_spec rules[PROFILE_RULES_MAX];
static struct mud_unmet unmet;

static void
put(struct profiles *p, const char *name, const char *text) {
	char error[PROFILE_ERROR] = "";

	if (profiles_put(p, name, "x.yaml", false, text, strlen(text), error) < 0)
		fail_msg("%s\n%s", error, text);
}

// The file of a profile that stands alone.
static char *export(const char *name, const char *text, struct mud_unmet *ret) {
	struct profiles *p = calloc(1, sizeof *p);
	char error[PROFILE_ERROR] = "";
	struct json j;

	put(p,
	    "learned",
	    "description: base\ndefault: block\nrules:\n"
	    "  - allow: {local: true, service: dns}\n    direction: out\n");
	put(p, name, text);
	if (profiles_resolve(p, error) < 0)
		fail_msg("%s", error);
	profile_to_mud(profiles_find(p, name), NOW_NS, false, &m, ret);
	profiles_free(p);
	free(p);
	json_init(&j);
	mud_write(&m, &j);
	assert_false(j.failed);
	return j.text;
}

// The profile that the file leads to, as it would be written.
static struct text *
import(const char *file) {
	char error[MUD_ERROR] = "";
	struct mud_head head;

	if (mud_read(file, strlen(file), &m, error) < 0)
		fail_msg("%s", error);
	mud_head_of(&m, &head);
	const struct profile_draft draft = {
		.remark = "one\ntwo\n",
		.description = "imported",
		.extends = "learned",
		.mud = &head,
		.rules = rules,
		.count = mud_to_rules(&m, rules, PROFILE_RULES_MAX, &unmet),
	};
	struct text *t = profile_write(&draft);
	assert_non_null(t);
	return t;
}

static void
goes_round(const char *yaml) {
	struct mud_unmet ignored;
	char *first = export("mine", yaml, &ignored);
	struct text *t = import(first);
	char *second = export("again", t->text, &ignored);
	struct text *once_more = import(second);

	assert_string_equal(first, second);
	assert_string_equal(t->text, once_more->text);
	assert_int_equal(unmet.count, 0);
	free(first);
	free(second);
	text_drop(t);
	text_drop(once_more);
}

static const char *const profiles[] = {
	"description: none\ndefault: block\n",
	"description: more\nextends: learned\nrules:\n  - allow: {domain: a.example.org, service: "
	"https}\n",
	"description: x\ndefault: block\nrules:\n  - allow: {gateway: true, service: dns}\n"
	"  - allow: {gateway: true, service: ntp}\n    direction: out\n",
	"description: x\ndefault: block\nrules:\n  - allow: {domain: a.example.org, service: "
	"tcp/443}\n"
	"  - allow: {domain: a.example.org, service: icmp}\n    direction: out\n",
	"description: x\ndefault: block\nrules:\n  - allow: {local: true}\n    direction: in\n",
	"description: x\ndefault: block\nrules:\n  - allow: any\n",
	"description: x\ndefault: block\nrules:\n  - allow: {prefix: 192.0.2.0/24, service: "
	"udp/5-9}\n"
	"  - allow: {address: '2001:db8::1', service: icmp}\n  - allow: {prefix: '2001:db8::/32'}\n"
	"  - allow: {address: 192.0.2.1, service: web}\n    direction: in\n",
	"description: 'a \"b\" \\ # c: größer'\nextends: learned\nmud:\n  url: "
	"https://a.example/x\n"
	"  last-update: '2026-01-02T03:04:05+01:00'\n  systeminfo: 'a \"b\" \\ # c: größer'\n"
	"  cache-hours: 7\n  supported: false\nrules:\n  - allow: {domain: a.example.org, service: "
	"mail}\n",
};

static void
test_round(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(profiles); i++)
		goes_round(profiles[i]);
}

// Any rules at all.
static void
test_random_round(void **state) {
	static const char *const objects[] = {
		"domain: a.example.org",
		"domain: b.example.net",
		"local: true",
		"gateway: true",
		"prefix: 192.0.2.0/24",
		"address: 2001:db8::1",
		"any: true"};
	static const char *const services[] = {
		"",
		", service: https",
		", service: quic",
		", service: tcp/443",
		", service: dns",
		", service: ntp",
		", service: icmp",
		", service: tcp",
		", service: udp/7-900",
		", service: '47'",
		", service: web",
		", service: icmpv6"};
	static const char *const ways[] = {"both", "in", "out"};
	char text[8192];

	(void)state;
	srand(7);
	for (unsigned int i = 0; i < 300; i++) {
		size_t n = (size_t
		)snprintf(text, sizeof text, "description: x\nextends: learned\nrules:\n");
		bool used[7][12][3] = {{{false}}};
		for (unsigned int k = 0; k < 12; k++) {
			unsigned int o = (unsigned int)rand() % 7, s = (unsigned int)rand() % 12,
				     w = (unsigned int)rand() % 3;
			if (o == 3 && w == 1) // the gateway begins nothing
				w = 2;
			if (used[o][s][0] || used[o][s][1] || used[o][s][2])
				continue;
			used[o][s][w] = true;
			n += (size_t)snprintf(
				text + n,
				sizeof text - n,
				"  - allow: {%s%s}\n    direction: %s\n",
				o == 5 ? "address: '2001:db8::1'" : objects[o],
				services[s],
				ways[w]
			);
		}
		goes_round(text);
	}
}

static void
test_what_a_file_cannot_say(void **state) {
	struct mud_unmet said;

	(void)state;
	free(export(
		"mine",
		"description: x\ndefault: allow\nrules:\n  - block: {domain: a.example.org}\n"
		"  - allow: {list: ads}\n  - allow: {gateway: true, service: https}\n"
		"  - allow: {domain: b.example.org}\n    schedule: mon 08:00-09:00\n",
		&said
	));
	assert_int_equal(said.count, 5);
	assert_non_null(strstr(said.text[0], "does not name"));
	assert_non_null(strstr(said.text[1], "a.example.org"));
	assert_non_null(strstr(said.text[2], "ads"));
	assert_non_null(strstr(said.text[3], "gateway"));
	assert_non_null(strstr(said.text[4], "hours"));
	assert_int_equal(m.rows_count, 0);
}

static const struct {
	struct mud_row row;
	const char *rule; // NULL: there is none
	const char *sentence;
} rows[] = {
	{{MUD_DOMAIN, MUD_DEVICE_BEGINS, 4, 6, 443, 443, "a.example.org"},
	 "allow: {domain: \"a.example.org\", service: tcp/443, direction: out}",
	 "may open https to a.example.org"},
	{{MUD_LOCAL, MUD_PEER_BEGINS, 0, 6, 80, 90, ""},
	 "allow: {local: true, service: tcp/80-90, direction: in}",
	 "may be reached by tcp/80-90 from the home's own network"},
	{{MUD_NETWORK, MUD_EITHER_BEGINS, 4, 0, 0, 65535, "192.0.2.1/32"},
	 "allow: {address: \"192.0.2.1\"}",
	 "may use anything with 192.0.2.1/32"},
	{{MUD_CONTROLLER, MUD_EITHER_BEGINS, 0, 0, 0, 65535, MUD_DNS_CLASS},
	 "allow: {gateway: true, service: dns, direction: out}",
	 "may use anything with its DNS servers"},
	{{MUD_CONTROLLER, MUD_EITHER_BEGINS, 0, 0, 0, 65535, "https://a.example/c"},
	 NULL,
	 "may use anything with the controller https://a.example/c"},
	{{MUD_MY_CONTROLLER, MUD_DEVICE_BEGINS, 0, 6, 1, 1, ""},
	 NULL,
	 "may open tcp/1 to its own controller"},
	{{MUD_MANUFACTURER, MUD_DEVICE_BEGINS, 0, 17, 0, 65535, "a.example"},
	 NULL,
	 "may open udp to devices of a.example"},
	{{MUD_DOMAIN, MUD_DEVICE_BEGINS, 4, 6, 443, 443, "com"}, NULL, "may open https to com"},
	{{MUD_DOMAIN, MUD_DEVICE_BEGINS, 4, 6, 0, 0, "a.example"},
	 NULL,
	 "may open tcp to a.example"},
};

static void
test_rows(void **state) {
	char text[PROFILE_RULE_TEXT], sentence[MUD_SENTENCE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		memset(&m, 0, sizeof m);
		m.rows[m.rows_count++] = rows[i].row;
		assert_string_equal(mud_sentence(&rows[i].row, sentence), rows[i].sentence);
		assert_int_equal(mud_to_rules(&m, rules, 9, &unmet), rows[i].rule ? 1 : 0);
		assert_int_equal(unmet.count, rows[i].rule ? 0 : 1);
		if (rows[i].rule) {
			assert_int_equal(profile_rule_write(&rules[0], text), 0);
			assert_string_equal(text, rows[i].rule);
		}
	}
}

static void
test_clean(void **state) {
	static const struct {
		const char *text, *clean;
	} cases[] = {
		{"Größe 電", "Größe 電"},
		{"a\nb: #c", "a?b: #c"},
		{"\xff\xc3", "??"},
		{"\xc2\x85", "??"}, // next line
		{"\xe2\x80\xa8x", "???x"}, // line separator
		{"\xed\xa0\x80", "???"}, // half of a pair
		{"\xf0\x9f\x8e\xa5", "\xf0\x9f\x8e\xa5"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		profile_clean(cases[i].text, text, sizeof text);
		assert_string_equal(text, cases[i].clean);
	}
	profile_clean("aaö", text, 4);
	assert_string_equal(text, "aa");
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_random_round),
		cmocka_unit_test(test_what_a_file_cannot_say),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_clean),
	};

	domain_init(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
