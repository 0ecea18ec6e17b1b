// SPDX-License-Identifier: BSD-3-Clause
// The methods of ubus: one list that holds together, and what a call becomes.

#include "control/export/ubus/request.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
test_the_list(void **state) {
	(void)state;
	for (size_t i = 0; i < ubus_methods_count; i++) {
		const struct method *m = &ubus_methods[i];
		assert_ptr_equal(method_find(m->name), m); // so that no name comes twice
		assert_true((m->verb == NULL) == (m->path == NULL));
		// What a path needs is an argument that must be given and names things.
		for (const char *at = m->path; at && (at = strchr(at, '{')); at++) {
			bool found = false;
			for (unsigned int k = 0; k < ARGUMENTS_MAX && m->arguments[k].name; k++) {
				const struct argument *a = &m->arguments[k];
				size_t n = strlen(a->name);
				found |= strncmp(at + 1, a->name, n) == 0 && at[1 + n] == '}'
					&& a->kind == ARGUMENT_TEXT && !a->optional;
			}
			assert_true(found);
		}
	}
	assert_null(method_find("nosuch"));
}

static struct json_doc *
doc(const char *text) {
	struct json_doc *d;
	struct json_fault fault;

	assert_int_equal(json_parse(text, strlen(text), &json_limits_body, &d, &fault), 0);
	return d;
}

static bool
look(void *context, bool device, const char *said, char ret[ID_TEXT]) {
	(void)context;
	if (strcmp(said, "nobody") == 0)
		return false;
	snprintf(ret, ID_TEXT, "%s_%s", device ? "dev" : "dst", said);
	return true;
}

static void
test_requests(void **state) {
	static const struct {
		const char *method, *arguments, *target, *body;
	} cases[] = {
		{"status", "{}", "/api/v1/summary", "{}"},
		{"flows", "{\"limit\":7}", "/api/v1/flows?limit=%37", "{}"},
		{"block", "{\"device\":\"tv\"}", "/api/v1/devices/dev_tv:block", "{}"},
		{"block",
		 "{\"device\":\"tv\",\"confirm\":true}",
		 "/api/v1/devices/dev_tv:block?confirm=%74%72%75%65",
		 "{}"},
		{"block",
		 "{\"device\":\"tv\",\"confirm\":false}",
		 "/api/v1/devices/dev_tv:block",
		 "{}"},
		{"ignore_pair",
		 "{\"device\":\"tv\",\"destination\":\"ads\",\"ubus_rpc_session\":\"0\"}",
		 "/api/v1/devices/dev_tv/destinations/dst_ads:ignore",
		 "{}"},
		{"pause",
		 "{\"device\":\"tv\",\"minutes\":5}",
		 "/api/v1/devices/dev_tv:pause",
		 "{\"minutes\":5}"},
		{"rename",
		 "{\"device\":\"tv\",\"name\":\"a \\\"b\\\"\"}",
		 "/api/v1/devices/dev_tv",
		 "{\"name\":\"a \\\"b\\\"\"}"},
		{"explain",
		 "{\"device\":\"tv\",\"to\":\"a&b\"}",
		 "/api/v1/explain?device=dev_tv&to=%61%26%62",
		 "{}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct method *m = method_find(cases[i].method);
		struct json_doc *d = doc(cases[i].arguments);
		char wrong[METHOD_WRONG];
		struct method_request q;
		assert_null(method_wrong(m, d, wrong));
		assert_int_equal(method_request(m, d, look, NULL, &q), 0);
		assert_string_equal(q.target, cases[i].target);
		assert_string_equal(q.body.text, cases[i].body);
		json_free(&q.body);
		json_doc_free(d);
	}
}

static void
test_refusals(void **state) {
	static const struct {
		const char *method, *arguments, *says;
	} cases[] = {
		{"block", "{}", "Give device, a text"},
		{"block", "{\"device\":7}", "Give device, a text"},
		{"block", "{\"device\":null}", "Give device, a text"},
		{"block", "{\"device\":\"tv\",\"confirm\":\"yes\"}", "Give confirm, a flag"},
		{"pause", "{\"device\":\"tv\",\"minutes\":\"5\"}", "Give minutes, a number"},
		{"dots_signal", "{\"dots_signal\":[]}", "Give dots_signal, a table"},
		{"status", "{\"x\":1}", "An argument of status is not known"},
	};
	struct method_request q;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct json_doc *d = doc(cases[i].arguments);
		char wrong[METHOD_WRONG];
		const char *says = method_wrong(method_find(cases[i].method), d, wrong);
		assert_non_null(says);
		assert_string_equal(says, cases[i].says);
		json_doc_free(d);
	}
	struct json_doc *d = doc("{\"device\":\"nobody\"}");
	assert_int_equal(method_request(method_find("block"), d, look, NULL, &q), -ENOENT);
	json_doc_free(d);
	char text[METHOD_TARGET + 64];
	snprintf(text, sizeof text, "{\"device\":\"tv\",\"to\":\"%0*d\"}", METHOD_TARGET, 0);
	d = doc(text);
	assert_int_equal(method_request(method_find("explain"), d, look, NULL, &q), -E2BIG);
	json_doc_free(d);
}

static void
test_answers(void **state) {
	static const struct {
		bool rpc;
		int status;
		const char *body, *answer;
	} cases[] = {
		{false, 200, "{\"a\":1}", "{\"a\":1}"},
		{false, 503, "{\"status\":\"failed\"}", "{\"status\":\"failed\"}"},
		{false,
		 404,
		 "{\"detail\":\"No.\",\"hint\":\"Ask.\"}",
		 "{\"error\":{\"code\":404,\"message\":\"No. Ask.\"}}"},
		{false, 500, "oh", "{\"error\":{\"code\":500,\"message\":\"\"}}"},
		{true, 200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1]}", "{\"result\":[1]}"},
		{true, 200, "{\"error\":{\"code\":-1}}", "{\"error\":{\"code\":-1}}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = strlen(cases[i].body);
		struct json j;
		json_init(&j);
		bool good =
			(cases[i].rpc ? method_rpc_answer : method_answer
			)(cases[i].status, cases[i].body, n, &j);
		assert_int_equal(good, cases[i].status < 400 || cases[i].status == 503);
		assert_string_equal(j.text, cases[i].answer);
		json_free(&j);
	}
}

static void
test_calls_of_spin(void **state) {
	static const struct {
		const char *method, *arguments, *call;
	} cases[] = {
		{"list_devices",
		 "{}",
		 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"list_devices\",\"params\":{}}"},
		{"get_device_data",
		 "{\"node\":3}",
		 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"get_device_data\",\"params\":{"
		 "\"node\":3}}"},
		{"rpc",
		 "{\"method\":\"x\",\"params\":{\"y\":[1]}}",
		 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"y\":[1]}}"},
		{"rpc",
		 "{\"method\":\"x\"}",
		 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{}}"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct json_doc *d = doc(cases[i].arguments);
		struct json j;
		json_init(&j);
		method_rpc(method_find(cases[i].method), d, &j);
		assert_string_equal(j.text, cases[i].call);
		json_free(&j);
		json_doc_free(d);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_list),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_calls_of_spin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
