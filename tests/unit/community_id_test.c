// SPDX-License-Identifier: BSD-3-Clause
// Community ID, by the vectors that its specification and reference implementation publish.

#include "control/community_id.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct vector {
	uint8_t protocol;
	const char *from, *to;
	uint16_t ports[2]; // of ICMP: type and code
	const char *id;
} vectors[] = {
	{6, "127.0.0.1", "10.0.0.1", {1234, 80}, "1:mgRgpIZSu0KHDp/QrtcWZpkJpMU="},
	{6, "10.0.0.1", "10.0.0.2", {10, 20}, "1:9j2Dzwrw7T9E+IZi4b4IVT66HBI="},
	{6, "10.0.0.2", "10.0.0.1", {20, 10}, "1:9j2Dzwrw7T9E+IZi4b4IVT66HBI="},
	{6, "10.0.0.1", "10.0.0.2", {10, 11569}, "1:SXBGMX1lBOwhhoDrZynfROxnhnM="},
	{6, "128.232.110.120", "66.35.250.204", {34855, 80}, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
	{6, "66.35.250.204", "128.232.110.120", {80, 34855}, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
	{6, "192.168.1.42", "192.168.1.42", {42, 41}, "1:eRcf7I/xocOxnYo5pbJBV5NhVm0="},
	{6, "192.168.1.42", "192.168.1.42", {41, 42}, "1:eRcf7I/xocOxnYo5pbJBV5NhVm0="},
	{6,
	 "2607:f8b0:400c:c03::1a",
	 "2001:470:e5bf:dead:4957:2174:e82c:4887",
	 {25, 63943},
	 "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
	{17, "192.168.1.52", "8.8.8.8", {54585, 53}, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
	{17, "8.8.8.8", "192.168.1.52", {53, 54585}, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
	{132, "192.168.170.8", "192.168.170.56", {7, 7}, "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="},
	{1, "192.168.0.89", "192.168.0.1", {8, 0}, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
	{1, "192.168.0.1", "192.168.0.89", {0, 0}, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
	{1, "192.168.0.89", "192.168.0.1", {20, 0}, "1:3o2RFccXzUgjl7zDpqmY7yJi8rI="},
	{1, "192.168.0.89", "192.168.0.1", {20, 1}, "1:tz/fHIDUHs19NkixVVoOZywde+I="},
	{58,
	 "fe80::200:86ff:fe05:80da",
	 "fe80::260:97ff:fe07:69ea",
	 {135, 0},
	 "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
	{58,
	 "fe80::260:97ff:fe07:69ea",
	 "fe80::200:86ff:fe05:80da",
	 {136, 0},
	 "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
	{58,
	 "3ffe:507:0:1:200:86ff:fe05:80da",
	 "3ffe:507:0:1:260:97ff:fe07:69ea",
	 {3, 0},
	 "1:/OGBt9BN1ofenrmSPWYicpij2Vc="},
	{58, "fe80::260:97ff:fe07:69ea", "ff02::1", {134, 0}, "1:pkvHqCL88/tg1k4cPigmZXUtL00="},
	{47, "10.1.24.4", "10.1.12.1", {0, 0}, NULL}, // no ports: below
};

static struct wire_flow
flow_of(const struct vector *v) {
	bool six = strchr(v->from, ':') != NULL, icmp = v->protocol == 1 || v->protocol == 58;
	struct wire_flow w = {.family = six ? 6 : 4, .protocol = v->protocol};

	assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, v->from, w.address[0]), 1);
	assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, v->to, w.address[1]), 1);
	if (icmp) {
		w.flags = WIRE_FLOW_ICMP;
		w.icmp_type = (uint8_t)v->ports[0];
		w.icmp_code = (uint8_t)v->ports[1];
	} else if (v->ports[0]) {
		w.flags = WIRE_FLOW_HAS_PORTS;
		memcpy(w.port, v->ports, sizeof w.port);
	}
	return w;
}

static void
published(void **state) {
	char text[COMMUNITY_ID_TEXT];
	uint8_t id[COMMUNITY_ID_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct wire_flow w = flow_of(&vectors[i]);
		community_id(&w, id);
		const char *is = community_id_text(id, text);
		assert_non_null(is);
		if (vectors[i].id)
			assert_string_equal(is, vectors[i].id);
	}
}

static void
without_ports_both_ways_are_one(void **state) {
	struct wire_flow there = flow_of(&vectors[sizeof vectors / sizeof vectors[0] - 1]);
	struct wire_flow back = there;
	uint8_t a[COMMUNITY_ID_BYTES], b[COMMUNITY_ID_BYTES];

	(void)state;
	memcpy(back.address[0], there.address[1], 16);
	memcpy(back.address[1], there.address[0], 16);
	community_id(&there, a);
	community_id(&back, b);
	assert_memory_equal(a, b, sizeof a);
	back.protocol = 50;
	community_id(&back, b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void
none_has_no_text(void **state) {
	const uint8_t none[COMMUNITY_ID_BYTES] = {0};
	char text[COMMUNITY_ID_TEXT];

	(void)state;
	assert_null(community_id_text(none, text));
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published),
		cmocka_unit_test(without_ports_both_ways_are_one),
		cmocka_unit_test(none_has_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
