// SPDX-License-Identifier: BSD-3-Clause
// What a rule may say, in JSON: read, written and read again; and what is wrong with the rest.

#include "control/clock.h"
#include "control/domain.h"
#include "control/rule_json.h"
#include "control/rule_text.h"
#include "platform/base.h"
#include "platform/text.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static bool
read_text(const char *text, struct rule_spec *ret, struct rule_fault *f) {
	struct json_fault fault;
	struct json_doc *d;

	if (json_parse(text, strlen(text), &json_limits_body, &d, &fault) < 0)
		fail_msg("%s: %s", text, fault.message);
	bool good = rule_json_read(d, JSON_ROOT, ret, f);
	json_doc_free(d);
	return good;
}

#define EVERYONE "\"action\":\"block\",\"subject\":{\"everyone\":true}"

static void
what_is_written_is_read_again(void **) {
	static const char *const texts[] = {
		"{" EVERYONE ",\"object\":{\"domain\":\"Ads.Example.org.\"}}",
		"{" EVERYONE ",\"object\":{\"suffix\":\"nl\"},\"direction\":\"out\"}",
		"{" EVERYONE ",\"object\":{\"address\":\"2001:db8::1\"}}",
		"{" EVERYONE ",\"object\":{\"prefix\":\"192.0.2.0/24\"},"
		"\"service\":{\"name\":\"https\"}}",
		"{" EVERYONE ",\"object\":{\"country\":\"nl\"},"
		"\"service\":{\"protocol\":\"udp\",\"ports\":\"5000-5100\"}}",
		"{" EVERYONE ",\"object\":{\"list\":\"ads\"},\"comment\":\"why \\\"not\\\"\"}",
		"{" EVERYONE ",\"object\":{\"local\":true},\"enabled\":false}",
		"{" EVERYONE ",\"object\":{\"gateway\":true},\"service\":{\"protocol\":\"icmp\"}}",
		"{" EVERYONE ",\"schedule\":{\"days\":[\"mon\",\"sat\"],\"from\":\"22:00\","
		"\"to\":\"06:00\"},\"until\":\"2036-11-26T12:00:00Z\"}",
		"{" EVERYONE ",\"schedule\":\"mon-fri 22:00-06:00\"}",
		"{\"action\":\"limit\",\"subject\":{\"profile\":\"guest\"},"
		"\"limit\":{\"up_bps\":2000000,\"new_flows_per_s\":5}}",
		"{\"action\":\"allow\",\"subject\":{\"device\":\"dev_0000000000001\","
		"\"address\":\"192.0.2.7\"},\"object\":{\"node\":\"dst_0000000000002\"}}",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct rule_spec one;
		struct rule_spec two;
		struct rule_fault f;
		struct json j;
		if (!read_text(texts[i], &one, &f))
			fail_msg("%s: %s: %s", texts[i], f.what, f.right);
		json_init(&j);
		rule_json_write(&one, &j);
		assert_true(rule_json_parse(j.text, &two));
		assert_true(rule_spec_same(&one, &two));
		json_free(&j);
	}
}

static void
wrong_rules_are_explained(void **) {
	static const struct {
		const char *text;
		const char *what;
		const char *right;
	} cases[] = {
		{"{}", "does not say what to do", "block, allow"},
		{"{\"action\":\"block\"}", "does not say whom", "everyone"},
		{"{\"action\":\"stop\",\"subject\":{\"everyone\":true}}",
		 "'stop' is no action",
		 ""},
		{"{" EVERYONE ",\"objekt\":{\"any\":true}}", "unknown field 'objekt'", "'object'"},
		{"{" EVERYONE ",\"object\":{}}", "names nothing", "domain"},
		{"{" EVERYONE ",\"object\":{\"any\":true,\"local\":true}}", "more than one", ""},
		{"{" EVERYONE ",\"object\":{\"domian\":\"x.org\"}}", "unknown field 'domian'", ""},
		{"{" EVERYONE ",\"object\":{\"any\":false}}", "true was expected", ""},
		{"{" EVERYONE ",\"object\":{\"domain\":\"co.uk\"}}", "public suffix", "suffix"},
		{"{" EVERYONE ",\"object\":{\"domain\":\"org\"}}", "public suffix", "shop.org"},
		{"{" EVERYONE ",\"object\":{\"domain\":\"*.x.org\"}}", "beneath", "suffix"},
		{"{" EVERYONE ",\"object\":{\"domain\":\"m\\u00fcller.de\"}}", "letters", "xn--"},
		{"{" EVERYONE ",\"object\":{\"domain\":\"192.0.2.1\"}}", "is an address", ""},
		{"{" EVERYONE ",\"object\":{\"domain\":\"300.1.2.3\"}}", "neither a name", "255"},
		{"{" EVERYONE ",\"object\":{\"domain\":\"a..b.org\"}}", "no domain name", ""},
		{"{" EVERYONE ",\"object\":{\"domain\":\"http://x.org\"}}", "no domain name", ""},
		{"{" EVERYONE ",\"object\":{\"address\":\"192.0.2.300\"}}", "no IP address", ""},
		{"{" EVERYONE ",\"object\":{\"address\":\"192.0.2.0/24\"}}", "is a prefix", ""},
		{"{" EVERYONE ",\"object\":{\"address\":\"ff02::1\"}}", "multicast", "device"},
		{"{" EVERYONE ",\"object\":{\"prefix\":\"2001:db8::1/32\"}}",
		 "bits behind",
		 "2001:db8::/32"},
		{"{" EVERYONE ",\"object\":{\"prefix\":\"192.0.2.0/33\"}}", "no prefix", ""},
		{"{" EVERYONE ",\"object\":{\"prefix\":\"192.0.2.0\"}}", "no prefix", "/24"},
		{"{" EVERYONE ",\"object\":{\"prefix\":\"::/0\"}}", "everything", "any"},
		{"{" EVERYONE ",\"object\":{\"country\":\"Holland\"}}", "country code", "NL"},
		{"{" EVERYONE ",\"service\":{\"name\":\"htps\"}}", "unknown service", "'https'"},
		{"{" EVERYONE ",\"service\":{\"protocol\":\"tcp\",\"ports\":\"0\"}}", "'0'", ""},
		{"{" EVERYONE ",\"service\":{\"protocol\":\"tcp\",\"ports\":\"9-1\"}}", "9-1", ""},
		{"{" EVERYONE ",\"service\":{\"protocol\":\"icmp\",\"ports\":\"1\"}}",
		 "no ports",
		 ""},
		{"{" EVERYONE ",\"service\":{\"ports\":\"1\"}}", "either a name", ""},
		{"{" EVERYONE ",\"direction\":\"up\"}", "no direction", "out"},
		{"{" EVERYONE ",\"schedule\":{\"days\":[\"foo\"]}}", "'foo' is no day", ""},
		{"{" EVERYONE ",\"schedule\":{\"days\":[]}}", "no day in it", ""},
		{"{" EVERYONE ",\"schedule\":{\"from\":\"22:00\"}}", "no time of day", "together"},
		{"{" EVERYONE ",\"until\":\"tomorrow\"}", "no time", "2026-"},
		{"{" EVERYONE ",\"until\":\"1999-01-01T00:00:00Z\"}", "over already", "to come"},
		{"{" EVERYONE ",\"limit\":{\"up_bps\":2000000}}", "belong to the action", ""},
		{"{\"action\":\"limit\",\"subject\":{\"everyone\":true}}", "without a figure", ""},
		{"{\"action\":\"limit\",\"subject\":{\"everyone\":true},\"limit\":{\"up_bps\":1}}",
		 "out of range",
		 "8000"},
		{"{\"action\":\"block\",\"subject\":{}}", "names nobody", ""},
		{"{\"action\":\"block\",\"subject\":{\"everyone\":true,\"profile\":\"x\"}}",
		 "more than one",
		 ""},
		{"{\"action\":\"block\",\"subject\":{\"device\":\"tv\"}}", "no id of a device", ""},
		{"{\"action\":\"block\",\"subject\":{\"everyone\":true,"
		 "\"address\":\"192.0.2.7\"}}",
		 "address alone",
		 "device"},
		{"{\"action\":\"ignore\",\"subject\":{\"everyone\":true}}", "leaves nothing", ""},
		{"{\"action\":\"ignore\",\"subject\":{\"everyone\":true},"
		 "\"object\":{\"domain\":\"x.org\"}}",
		 "hides from the views",
		 ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rule_spec spec = {0};
		struct rule_fault f = {.what = ""};
		if (read_text(cases[i].text, &spec, &f))
			fail_msg("%s was taken", cases[i].text);
		if (!strstr(f.what, cases[i].what) || !strstr(f.right, cases[i].right)
		    || !f.right[0])
			fail_msg("%s\n  gave: %s: %s", cases[i].text, f.what, f.right);
	}
}

static void
patches(void **) {
	struct rule_spec spec;
	struct rule_fault f;
	struct json_fault fault;
	struct json_doc *d;
	static const char whole[] = "{" EVERYONE ",\"comment\":\"x\",\"schedule\":\"mon\"}";
	static const char patch[] = "{\"enabled\":false,\"schedule\":null,\"comment\":\"y\"}";
	static const char wrong[] = "{\"object\":{\"any\":true}}";

	assert_true(read_text(whole, &spec, &f));
	assert_int_equal(json_parse(patch, sizeof patch - 1, &json_limits_body, &d, &fault), 0);
	assert_true(rule_json_patch(d, JSON_ROOT, &spec, &f));
	json_doc_free(d);
	assert_true(spec.disabled && spec.schedule.days == 0);
	assert_string_equal(spec.comment, "y");
	assert_int_equal(json_parse(wrong, sizeof wrong - 1, &json_limits_body, &d, &fault), 0);
	assert_false(rule_json_patch(d, JSON_ROOT, &spec, &f));
	json_doc_free(d);
	assert_non_null(strstr(f.what, "stays as it is"));
}

static void
sentences(void **) {
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
		{"{" EVERYONE ",\"object\":{\"domain\":\"ads.example.org\"}}",
		 "ads.example.org is blocked for everyone"},
		{"{\"action\":\"allow\",\"subject\":{\"profile\":\"camera\"},"
		 "\"object\":{\"country\":\"nl\"},\"service\":{\"name\":\"https\"},"
		 "\"direction\":\"out\"}",
		 "Every device with profile camera may call addresses in NL over https"},
		{"{\"action\":\"block\",\"subject\":{\"profile\":\"tv\"},"
		 "\"object\":{\"local\":true},\"schedule\":\"mon-fri 22:00-06:00\","
		 "\"enabled\":false}",
		 "No device with profile tv may reach the home's own network, "
		 "mon-fri 22:00-06:00 (switched off)"},
		{"{" EVERYONE ",\"object\":{\"country\":\"nl\"}}",
		 "Addresses in NL are blocked for everyone"},
		{"{" EVERYONE ",\"object\":{\"list\":\"games\"}}",
		 "What the list games names is blocked for everyone"},
		{"{" EVERYONE "}", "Everyone is blocked"},
		{"{" EVERYONE ",\"service\":{\"name\":\"dns\"}}",
		 "Nobody may reach anything over dns"},
		{"{" EVERYONE ",\"object\":{\"gateway\":true},\"direction\":\"out\"}",
		 "Nobody may call the gateway"},
		{"{\"action\":\"allow\",\"subject\":{\"everyone\":true}}",
		 "Everyone may reach everything"},
		{"{\"action\":\"allow\",\"subject\":{\"profile\":\"tv\"},\"direction\":\"in\"}",
		 "Every device with profile tv may be called by everybody"},
		{"{\"action\":\"block\",\"subject\":{\"profile\":\"tv\"},\"direction\":\"in\"}",
		 "No device with profile tv may be called by anybody"},
		{"{\"action\":\"limit\",\"subject\":{\"everyone\":true},"
		 "\"limit\":{\"up_bps\":2000000,\"down_bps\":500000}}",
		 "Everyone is held to 2 Mbit/s up and 500 kbit/s down"},
	};
	struct gathering g;

	gathering_open(&g);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rule_spec spec;
		struct rule_fault f;
		char text[RULE_SENTENCE];
		assert_true(read_text(cases[i].text, &spec, &f));
		assert_string_equal(rule_sentence(&g.s, &spec, text), cases[i].says);
	}
	gathering_close(&g);
}

static void
times(void **) {
	static const struct {
		const char *text;
		uint64_t seconds; // 0: refused
	} cases[] = {
		{"2026-11-26T12:00:00Z", 1795694400},
		{"2026-11-26t13:00:00.5+01:00", 1795694400},
		{"2026-11-26T06:30:00-05:30", 1795694400},
		{"2026-02-30T12:00:00Z", 0},
		{"2026-11-26 12:00:00Z", 0},
		{"2026-11-26T12:00:00", 0},
		{"2026-11-26T12:00Z", 0},
		{"2026-11-26T25:00:00Z", 0},
		{"1969-12-31T23:59:59Z", 0},
		{"4072-11-26T12:00:00Z", 0},
		{"2026-11-26T12:00:00+25:00", 0},
		{"", 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t ns = 0;
		int r = text_parse_time(cases[i].text, &ns);
		if ((r == 0) != (cases[i].seconds != 0) || ns / NS_PER_S != cases[i].seconds)
			fail_msg(
				"%s gave %d, %lu", cases[i].text, r, (unsigned long)(ns / NS_PER_S)
			);
	}
}

static int
set_up(void **) {
	domain_init(NULL);
	return 0;
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(wrong_rules_are_explained),
		cmocka_unit_test(patches),
		cmocka_unit_test(sentences),
		cmocka_unit_test(times),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
