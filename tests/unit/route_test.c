// SPDX-License-Identifier: BSD-3-Clause
// Paths against the route table, and the checks of Host, Origin and Content-Type.

#include "control/http/guard.h"
#include "control/http/match.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <netinet/in.h>
#include <string.h>

static const struct http_route routes[] = {
	{"GET", "/api/v1/devices", NULL, "listDevices", NULL, NULL},
	{"GET", "/api/v1/devices/{device}", NULL, "getDevice", NULL, NULL},
	{"PATCH", "/api/v1/devices/{device}", NULL, "patchDevice", NULL, NULL},
	{"POST", "/api/v1/devices/{device}:{action}", NULL, "actDevice", NULL, NULL},
	{"POST",
	 "/api/v1/devices/{device}/destinations/{destination}:{action}",
	 NULL,
	 "actPair",
	 NULL,
	 NULL},
	{"GET", "/metrics", NULL, "metrics", NULL, NULL},
};

static void
test_match(void **state) {
	(void)state;
	static const struct {
		const char *method, *path;
		const char *operation; // NULL: none
		const char *allow; // "": no such path
		const char *parts[3];
	} cases[] = {
		{"GET", "/api/v1/devices", "listDevices", "GET, HEAD, OPTIONS", {0}},
		{"HEAD", "/api/v1/devices", "listDevices", "GET, HEAD, OPTIONS", {0}},
		{"GET",
		 "/api/v1/devices/dev_1",
		 "getDevice",
		 "GET, HEAD, PATCH, OPTIONS",
		 {"dev_1"}},
		{"PATCH",
		 "/api/v1/devices/a%20b",
		 "patchDevice",
		 "GET, HEAD, PATCH, OPTIONS",
		 {"a b"}},
		{"PUT", "/api/v1/devices/dev_1", NULL, "GET, HEAD, PATCH, OPTIONS", {0}},
		{"POST",
		 "/api/v1/devices/dev_1:block",
		 "actDevice",
		 "POST, OPTIONS",
		 {"dev_1", "block"}},
		{"GET", "/api/v1/devices/dev_1:block", NULL, "POST, OPTIONS", {0}},
		{"POST", "/api/v1/devices/a:b:c", "actDevice", "POST, OPTIONS", {"a:b", "c"}},
		{"GET", "/api/v1/devices/a%3Ab", "getDevice", "GET, HEAD, PATCH, OPTIONS", {"a:b"}},
		{"GET", "/api/v1/devices/a%2Fb", "getDevice", "GET, HEAD, PATCH, OPTIONS", {"a/b"}},
		{"POST",
		 "/api/v1/devices/a/destinations/b:block",
		 "actPair",
		 "POST, OPTIONS",
		 {"a", "b", "block"}},
		{"GET", "/api/v1/devices/", NULL, "", {0}},
		{"GET", "/api/v1/devices/a/", NULL, "", {0}},
		{"GET", "/api/v1/devices/a%00", NULL, "", {0}},
		{"GET", "/api/v1/devices/%ff", NULL, "", {0}},
		{"GET", "/api/v1/devices/%4", NULL, "", {0}},
		{"POST", "/api/v1/devices/:block", NULL, "", {0}},
		{"POST", "/api/v1/devices/a:", NULL, "", {0}},
		{"GET", "/api/v1/Devices", NULL, "", {0}},
		{"GET", "api/v1/devices", NULL, "", {0}},
		{"GET", "", NULL, "", {0}},
		{"GET", "*", NULL, "", {0}},
		{"GET", "/metrics", "metrics", "GET, HEAD, OPTIONS", {0}},
	};
	struct match_key keys[ARRAY_LEN(routes)];
	match_keys(routes, ARRAY_LEN(routes), keys);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct match m;
		const char *path = cases[i].path;
		match_route(
			routes, keys, ARRAY_LEN(routes), cases[i].method, path, strlen(path), &m
		);
		if (!m.route != !cases[i].operation) {
			fail_msg("%s %s", cases[i].method, path);
		}
		assert_string_equal(m.allow, cases[i].allow);
		assert_int_equal(m.path_known, cases[i].allow[0] != 0);
		if (!m.route) {
			continue;
		}
		assert_string_equal(m.route->operation, cases[i].operation);
		for (size_t p = 0; p < 3 && cases[i].parts[p]; p++) {
			assert_true(p < m.n_parts);
			assert_string_equal(m.parts[p].value, cases[i].parts[p]);
		}
	}
}

static void
test_long_part(void **state) {
	(void)state;
	char path[400] = "/api/v1/devices/";
	memset(path + strlen(path), 'a', 300);
	struct match m;
	struct match_key keys[ARRAY_LEN(routes)];
	match_keys(routes, ARRAY_LEN(routes), keys);
	match_route(routes, keys, ARRAY_LEN(routes), "GET", path, strlen(path), &m);
	assert_null(m.route);
}

static void
test_host(void **state) {
	(void)state;
	static const struct {
		const char *host;
		bool good;
	} cases[] = {
		{"localhost", true},
		{"LocalHost:8080", true},
		{"localhost.", true},
		{"127.0.0.1", true},
		{"127.0.0.1:13026", true},
		{"127.255.1.2:1", true},
		{"[::1]", true},
		{"[::1]:65535", true},
		{"[0:0:0:0:0:0:0:1]", true},
		{"", false},
		{"localhost:", false},
		{"localhost:0", false},
		{"localhost:65536", false},
		{"localhost:8 0", false},
		{"localhost:80:80", false},
		{"localhost@evil.example", false},
		{"evil.example", false},
		{"127.0.0.1.evil.example", false},
		{"127.1", false},
		{"0x7f.0.0.1", false},
		{"128.0.0.1", false},
		{"0.0.0.0", false},
		{"192.0.2.1", false},
		{"[::]", false},
		{"[::1", false},
		{"[::1]x", false},
		{"[fe80::1]", false},
		{"::1", false},
		{"localhost.evil.example", false},
		{"a.localhost", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (guard_host(cases[i].host, strlen(cases[i].host)) != cases[i].good) {
			fail_msg("%s", cases[i].host);
		}
	}
}

static void
test_own_host(void **state) {
	(void)state;
	static const char *const names[] = {"my.home", NULL};
	static const struct in6_addr here4 = {
		.s6_addr = {[10] = 0xff, [11] = 0xff, [12] = 192, [13] = 0, [14] = 2, [15] = 1}};
	static const struct in6_addr here6 = {.s6_addr = {0xfd, [15] = 1}};
	static const struct {
		const char *host;
		unsigned int port;
		bool good4, good6;
	} cases[] = {
		{"my.home:8443", 8443, true, true},
		{"MY.home.:8443", 8443, true, true},
		{"my.home", 443, true, true},
		{"my.home", 8443, false, false},
		{"my.home..:8443", 8443, false, false},
		{".:8443", 8443, false, false},
		{"x.my.home:8443", 8443, false, false},
		{"192.0.2.1:8443", 8443, true, false},
		{"[fd00::1]:8443", 8443, false, true},
		{"[fd00:0::0001]:8443", 8443, false, true},
		{"[::ffff:192.0.2.1]:8443", 8443, true, false},
		{"fd00::1:8443", 8443, false, false},
		{"[my.home]:8443", 8443, false, false},
		{"192.0.2.2:8443", 8443, false, false},
		{"localhost:1", 8443, true, true},
		{"[::1]", 8443, true, true},
		{"", 443, false, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *host = cases[i].host;
		struct guard_own own = {names, &here4, cases[i].port};
		if (guard_own_host(&own, host, strlen(host)) != cases[i].good4) {
			fail_msg("%s on IPv4", host);
		}
		own.here = &here6;
		if (guard_own_host(&own, host, strlen(host)) != cases[i].good6) {
			fail_msg("%s on IPv6", host);
		}
	}
	assert_true(guard_origin(true, "https://my.home", 15, "my.home:443", 11));
	assert_false(guard_origin(true, "http://my.home", 14, "my.home:443", 11));
	assert_true(guard_is_origin("https://a.example:8443"));
	assert_true(guard_is_origin("https://[fd00::1]"));
	assert_false(guard_is_origin("https://a.example/"));
	assert_false(guard_is_origin("https://*"));
	assert_false(guard_is_origin("https://A.example"));
	assert_false(guard_is_origin("http://a.example"));
	assert_false(guard_is_origin("*"));
}

static void
test_origin(void **state) {
	(void)state;
	static const struct {
		const char *origin, *host;
		bool good;
	} cases[] = {
		{"http://localhost:13026", "localhost:13026", true},
		{"http://LOCALHOST:13026", "localhost:13026", true},
		{"http://localhost", "localhost:80", true},
		{"http://[::1]:5", "[::1]:5", true},
		{"https://localhost:13026", "localhost:13026", false},
		{"http://localhost:13027", "localhost:13026", false},
		{"http://127.0.0.1:13026", "localhost:13026", false},
		{"http://localhost:13026/", "localhost:13026", false},
		{"http://localhost:13026.evil.example", "localhost:13026", false},
		{"http://evil.example", "localhost", false},
		{"null", "localhost", false},
		{"", "localhost", false},
		{"http://", "localhost", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *origin = cases[i].origin, *host = cases[i].host;
		if (guard_origin(false, origin, strlen(origin), host, strlen(host))
		    != cases[i].good) {
			fail_msg("%s at %s", origin, host);
		}
	}
}

static void
test_json_type(void **state) {
	(void)state;
	static const char *const good[] = {
		"application/json",
		"Application/JSON",
		"application/json; charset=utf-8",
		"application/json ;charset=UTF-8",
		"application/json;charset=\"utf-8\"",
	};
	static const char *const bad[] = {
		"",
		"text/plain",
		"application/jsonp",
		"application/json+x",
		"application/json;",
		"application/json; charset=latin1",
		"application/x-www-form-urlencoded",
	};
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(guard_json_type(good[i]));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(guard_json_type(bad[i]));
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_long_part),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_own_host),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_json_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
