// SPDX-License-Identifier: BSD-3-Clause
// Scopes of attacks: read from what strangers send, and compared with conversations.

#include "control/incident/scope.h"
#include "platform/text.h"
#include "tests/unit/test.h"

#include <string.h>

#define DOTS(members) "{\"ietf-dots-signal-channel:mitigation-scope\":{\"scope\":[{" members "}]}}"

static bool
read(const char *text, struct scope *ret, struct rule_fault *f) {
	struct json_doc *d;
	struct json_fault fault;

	assert_int_equal(json_parse(text, strlen(text), &json_limits_body, &d, &fault), 0);
	bool good = scope_read(d, ret, f);
	json_doc_free(d);
	return good;
}

static bool
has(const struct scope *s, const char *target, const char *source, uint8_t protocol, uint16_t port
) {
	unsigned int family, other;
	uint8_t far[16], near[16];

	assert_int_equal(text_parse_address(target, &family, far), 0);
	if (source)
		assert_int_equal(text_parse_address(source, &other, near), 0);
	return scope_has(
		s,
		&(struct scope_flow
		){.family = (uint8_t)family,
		  .protocol = protocol,
		  .icmp_type = (uint8_t)(protocol == 1 ? port : 0),
		  .target = far,
		  .source = source ? near : NULL,
		  .port = (uint16_t)(protocol == 1 ? 0 : port),
		  .source_port = 50000}
	);
}

static void
a_target_with_ports_and_protocol(void **) {
	struct scope s;
	struct rule_fault f;

	assert_true(
		read(DOTS("\"mid\":7,\"lifetime\":120,\"target-prefix\":[\"198.51.100.0/24\","
			  "\"2001:db8::/32\"],\"target-protocol\":[6],\"target-port-range\":["
			  "{\"lower-port\":80},{\"lower-port\":440,\"upper-port\":450}]"),
		     &s,
		     &f)
	);
	assert_int_equal(s.mid, 7);
	assert_int_equal(s.lifetime_s, 120);
	assert_true(has(&s, "198.51.100.7", "192.0.2.1", 6, 80));
	assert_true(has(&s, "198.51.100.255", NULL, 6, 443));
	assert_true(has(&s, "2001:db8:1::1", NULL, 6, 450));
	assert_false(has(&s, "198.51.101.1", NULL, 6, 80));
	assert_false(has(&s, "198.51.100.7", NULL, 17, 80));
	assert_false(has(&s, "198.51.100.7", NULL, 6, 81));
	assert_false(has(&s, "198.51.100.7", NULL, 1, 8));
}

static void
sources_and_types(void **) {
	struct scope s;
	struct rule_fault f;

	assert_true(
		read(DOTS("\"target-prefix\":[\"198.51.100.7\"],"
			  "\"ietf-dots-call-home:source-prefix\":[\"192.0.2.8/29\"],"
			  "\"source-icmp-type-range\":[{\"lower-type\":8}],\"lifetime\":-1"),
		     &s,
		     &f)
	);
	assert_int_equal(s.lifetime_s, SCOPE_LIFETIME_MAX);
	assert_int_equal(s.mid, SCOPE_MID_NONE);
	assert_true(has(&s, "198.51.100.7", "192.0.2.15", 1, 8));
	assert_false(has(&s, "198.51.100.7", "192.0.2.16", 1, 8));
	assert_false(has(&s, "198.51.100.7", "192.0.2.15", 1, 0));
	assert_false(has(&s, "198.51.100.7", "192.0.2.15", 6, 80));
	char text[SCOPE_TEXT];
	assert_string_equal(scope_text(&s, text), "198.51.100.7");
}

static void
the_older_form(void **) {
	struct scope s;
	struct rule_fault f;

	assert_true(read(
		"{\"incident\":{\"incident_timestamp\":1700000000,\"src_addr\":\"203.0.113.9\","
		"\"src_port\":50000,\"dst_addr\":\"198.51.100.7\",\"dst_port\":443,\"severity\":3,"
		"\"type\":\"scan\"}}",
		&s,
		&f
	));
	assert_true(has(&s, "198.51.100.7", "203.0.113.9", 6, 443));
	assert_false(has(&s, "198.51.100.7", "203.0.113.9", 6, 80));
}

static void
what_is_refused(void **) {
	static const struct {
		const char *text, *field, *right;
	} bad[] = {
		{"{}", "ietf-dots-signal-channel:mitigation-scope", "one scope"},
		{DOTS(""), "target-prefix", "at least one"},
		{DOTS("\"target-prefix\":[]"), "target-prefix", "at least one"},
		{DOTS("\"target-prefix\":[\"0.0.0.0/1\"]"), "target-prefix", "/16"},
		{DOTS("\"target-prefix\":[\"198.51.0.0/15\"]"), "target-prefix", ""},
		{DOTS("\"target-prefix\":[\"x\"]"), "target-prefix", "192.0.2.7"},
		{DOTS("\"target-prefix\":[7]"), "target-prefix", "198.51.100.7/32"},
		{DOTS("\"target-prefix\":{}"), "target-prefix", "list"},
		{DOTS("\"target-prefix\":[\"198.51.100.7\"],\"lifetime\":0"), "lifetime", "-1"},
		{DOTS("\"target-prefix\":[\"198.51.100.7\"],\"lifetime\":\"x\""), "lifetime", "-1"},
		{DOTS("\"target-prefix\":[\"198.51.100.7\"],\"mid\":-1"), "mid", "0"},
		{DOTS("\"target-prefix\":[\"198.51.100.7\"],\"target-protocol\":[256]"),
		 "target-protocol",
		 "255"},
		{DOTS("\"target-prefix\":[\"198.51.100.7\"],\"target-port-range\":[{\"lower-port\":"
		      "9,"
		      "\"upper-port\":8}]"),
		 "target-port-range",
		 "order"},
		{DOTS("\"target-prefix\":[\"198.51.100.7\"],\"target-port-range\":[7]"),
		 "target-port-range",
		 "objects"},
		{DOTS("\"target-prefix\":[\"198.51.100.7\"]},{"), "", ""},
		{"{\"incident\":{}}", "dst_addr", "198.51.100.7/32"},
		{"{\"incident\":{\"dst_addr\":\"198.51.100.7\",\"dst_port\":70000}}",
		 "dst_port",
		 "65535"},
	};
	struct scope s;
	struct rule_fault f;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (read(bad[i].text, &s, &f))
			fail_msg("taken: %s", bad[i].text);
		if (bad[i].field[0])
			assert_string_equal(f.field, bad[i].field);
		if (!strstr(f.right, bad[i].right))
			fail_msg("%s: '%s' does not say '%s'", bad[i].text, f.right, bad[i].right);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_with_ports_and_protocol),
		cmocka_unit_test(sources_and_types),
		cmocka_unit_test(the_older_form),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
