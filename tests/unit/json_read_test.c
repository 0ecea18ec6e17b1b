// SPDX-License-Identifier: BSD-3-Clause
// The JSON reader: what it takes, what it refuses, and what it says then.

#include "control/http/json_read.h"
#include "platform/base.h"
#include "tests/unit/json_cases.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
test_grammar(void **state) {
	(void)state;
	assert_int_equal(ARRAY_LEN(good) + ARRAY_LEN(bad), 97);
	struct json_fault fault;
	unsigned int tokens;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		if (json_check(good[i].bytes, good[i].length, &json_limits_body, &tokens, &fault)) {
			fail_msg("refused: %s (%s)", good[i].bytes, fault.message);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		// A copy without a NUL behind it, so that a sanitizer sees a read too far.
		char *copy = malloc(bad[i].length + 1);
		memcpy(copy, bad[i].bytes, bad[i].length);
		char *exact = realloc(copy, bad[i].length ? bad[i].length : 1);
		if (!json_check(exact, bad[i].length, &json_limits_body, &tokens, &fault)) {
			fail_msg("taken: %s", bad[i].bytes);
		}
		assert_int_equal(fault.kind, JSON_FAULT_SYNTAX);
		assert_true(fault.line >= 1 && fault.column >= 1 && fault.message[0]);
		free(exact);
	}
}

static void
test_place(void **state) {
	(void)state;
	static const struct {
		const char *text;
		unsigned int line, column;
	} cases[] = {
		{"{\"a\":1,}", 1, 8},
		{"{\n  \"a\": tru\n}", 2, 8},
		{"{}\n\n x", 3, 2},
		{"", 1, 1},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct json_fault fault;
		unsigned int tokens;
		const char *text = cases[i].text;
		assert_int_not_equal(
			json_check(text, strlen(text), &json_limits_body, &tokens, &fault), 0
		);
		assert_int_equal(fault.line, cases[i].line);
		assert_int_equal(fault.column, cases[i].column);
	}
}

static void
test_limits(void **state) {
	(void)state;
	struct json_fault fault;
	unsigned int tokens;
	static char text[300 * 1024];
	for (unsigned int depth = 15; depth <= 17; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		int r = json_check(text, 2 * depth, &json_limits_body, &tokens, &fault);
		assert_int_equal(r == 0, depth <= JSON_BODY_DEPTH);
	}
	memset(text, '[', sizeof(text)); // far too deep, and over at once
	assert_int_not_equal(json_check(text, 200 * 1024, &json_limits_body, &tokens, &fault), 0);
	assert_non_null(strstr(fault.message, "deep"));
	memset(text, ' ', sizeof(text));
	memcpy(text, "{}", 2);
	assert_int_equal(json_check(text, 256 * 1024, &json_limits_body, &tokens, &fault), 0);
	assert_int_not_equal(
		json_check(text, 256 * 1024 + 1, &json_limits_body, &tokens, &fault), 0
	);
	assert_non_null(strstr(fault.message, "too long"));
	size_t at = 1;
	text[0] = '[';
	for (int i = 0; i < 5000; i++) {
		at += (size_t)sprintf(text + at, "%s0", i ? "," : "");
	}
	text[at++] = ']';
	assert_int_not_equal(json_check(text, at, &json_limits_body, &tokens, &fault), 0);
	assert_non_null(strstr(fault.message, "many"));
}

static void
test_document(void **state) {
	(void)state;
	const char *text = "{\"items\":[{\"n\":1},{\"n\":-2,\"s\":\"caf\\u00e9 \\ud83d\\ude00\"}],"
			   "\"\\u0061\":{\"deep\":[[],{}]},\"t\":true,\"z\":null,\"r\":1.5}";
	struct json_doc *d;
	struct json_fault fault;
	assert_int_equal(json_parse(text, strlen(text), &json_limits_body, &d, &fault), 0);
	assert_int_equal(json_size(d, JSON_ROOT), 5);
	unsigned int items = json_get(d, JSON_ROOT, "items");
	assert_true(json_is_array(d, items));
	unsigned int first = json_first(d, items);
	assert_int_equal(json_number(d, json_get(d, first, "n"), 0), 1);
	unsigned int second = json_next(d, first);
	assert_int_equal(json_number(d, json_get(d, second, "n"), 0), -2);
	assert_string_equal(json_text(d, json_get(d, second, "s")), "caf\xc3\xa9 \xf0\x9f\x98\x80");
	assert_int_equal(json_next(d, second), JSON_NONE);
	unsigned int a = json_next(d, items);
	assert_string_equal(json_key_of(d, a), "a");
	assert_int_equal(json_size(d, json_get(d, a, "deep")), 2);
	assert_true(json_flag(d, json_get(d, JSON_ROOT, "t"), false));
	assert_true(json_is_null(d, json_get(d, JSON_ROOT, "z")));
	assert_true(json_is_null(d, json_get(d, JSON_ROOT, "absent")));
	assert_true(json_real(d, json_get(d, JSON_ROOT, "r"), 0) == 1.5);
	assert_int_equal(json_number(d, json_get(d, JSON_ROOT, "r"), 7), 7);
	size_t n;
	const char *raw = json_raw_of(d, json_get(d, a, "deep"), &n);
	assert_int_equal(n, 7);
	assert_memory_equal(raw, "[[],{}]", 7);
	json_doc_free(d);
}

static void
test_not_an_object(void **state) {
	(void)state;
	static const char *const texts[] = {
		"[]",
		"1",
		"true",
		"\"a\"",
		"{\"a\":1,\"a\":2}",
		"{\"a\":1,\"\\u0061\":2}",
		"{\"x\":{\"b\":0,\"c\":0,\"b\":0}}",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct json_doc *d;
		struct json_fault fault;
		assert_int_not_equal(
			json_parse(texts[i], strlen(texts[i]), &json_limits_body, &d, &fault), 0
		);
		assert_int_equal(fault.kind, JSON_FAULT_TYPE);
	}
}

struct body {
	struct json_text name;
	struct json_number count;
	struct json_flag on;
};

static const struct json_field fields[] = {
	{"name", JSON_TEXT, offsetof(struct body, name), .nullable = true, .min = 1, .max = 8},
	{"count", JSON_NUMBER, offsetof(struct body, count), .min = 0, .max = 100},
	{"on", JSON_FLAG, offsetof(struct body, on), .required = false},
};

static void
test_fields(void **state) {
	(void)state;
	struct body b;
	struct json_fault fault;
	const char *text = "{\"name\":\"caf\\u00e9\",\"count\":7}";
	assert_int_equal(json_read(text, strlen(text), fields, 3, &b, &fault), 0);
	assert_true(b.name.present && !b.name.null && b.name.length == 5);
	assert_string_equal(b.name.text, "caf\xc3\xa9");
	assert_true(b.count.present && b.count.value == 7);
	assert_false(b.on.present);
	assert_int_equal(json_read("{\"name\":null}", 13, fields, 3, &b, &fault), 0);
	assert_true(b.name.present && b.name.null);
}

static void
test_faults(void **state) {
	(void)state;
	static const struct {
		const char *text;
		enum json_fault_kind kind;
		const char *pointer;
	} cases[] = {
		{"{\"nmae\":\"x\"}", JSON_FAULT_UNKNOWN, "/nmae"},
		{"{\"a/b~c\":1}", JSON_FAULT_UNKNOWN, "/a~1b~0c"},
		{"{\"name\":1}", JSON_FAULT_VALUE, "/name"},
		{"{\"name\":\"\"}", JSON_FAULT_VALUE, "/name"},
		{"{\"name\":\"123456789\"}", JSON_FAULT_VALUE, "/name"},
		{"{\"name\":\"a\\nb\"}", JSON_FAULT_VALUE, "/name"},
		{"{\"name\":\"a\\u0085b\"}", JSON_FAULT_VALUE, "/name"},
		{"{\"name\":[\"x\"]}", JSON_FAULT_VALUE, "/name"},
		{"{\"count\":101}", JSON_FAULT_VALUE, "/count"},
		{"{\"count\":-1}", JSON_FAULT_VALUE, "/count"},
		{"{\"count\":1.0}", JSON_FAULT_VALUE, "/count"},
		{"{\"count\":1e1}", JSON_FAULT_VALUE, "/count"},
		{"{\"count\":99999999999999999999}", JSON_FAULT_VALUE, "/count"},
		{"{\"count\":null}", JSON_FAULT_VALUE, "/count"},
		{"{\"on\":\"true\"}", JSON_FAULT_VALUE, "/on"},
		{"[]", JSON_FAULT_TYPE, ""},
		{"", JSON_FAULT_SYNTAX, ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct body b;
		struct json_fault fault;
		const char *text = cases[i].text;
		if (!json_read(text, strlen(text), fields, 3, &b, &fault)) {
			fail_msg("taken: %s", text);
		}
		assert_int_equal(fault.kind, cases[i].kind);
		assert_string_equal(fault.pointer, cases[i].pointer);
	}
	static const struct json_field needed[] = {
		{"name", JSON_TEXT, offsetof(struct body, name), .required = true, .max = 8},
	};
	struct body b;
	struct json_fault fault;
	assert_int_not_equal(json_read("{}", 2, needed, 1, &b, &fault), 0);
	assert_string_equal(fault.pointer, "/name");
}

struct nested {
	struct json_object limits;
	struct json_number up;
	struct json_flag on;
};

static const struct json_field nested_fields[] = {
	{"limits", JSON_OBJECT, offsetof(struct nested, limits), .nullable = true},
	{"limits/up",
	 JSON_NUMBER,
	 offsetof(struct nested, up),
	 .nullable = true,
	 .min = 1,
	 .max = 9},
	{"on", JSON_FLAG, offsetof(struct nested, on), .required = false},
};

static void
test_objects_in_objects(void **state) {
	(void)state;
	static const struct {
		const char *text;
		const char *pointer; // of the fault; NULL: none
	} cases[] = {
		{"{\"limits\":{\"up\":7},\"on\":true}", NULL},
		{"{\"limits\":{}}", NULL},
		{"{\"limits\":null}", NULL},
		{"{\"limits\":{\"up\":null}}", NULL},
		{"{\"limits\":{\"up\":10}}", "/limits/up"},
		{"{\"limits\":{\"on\":true}}", "/limits/on"},
		{"{\"limits\":{\"a/b\":1}}", "/limits/a~1b"},
		{"{\"limits\":7}", "/limits"},
		{"{\"limits\":[]}", "/limits"},
		{"{\"up\":7}", "/up"},
		{"{\"limits/up\":7}", "/limits~1up"},
	};
	struct json_fault fault;
	struct nested n;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *text = cases[i].text;
		int r = json_read(text, strlen(text), nested_fields, 3, &n, &fault);
		if ((r == 0) != (cases[i].pointer == NULL)) {
			fail_msg("%s", text);
		}
		if (cases[i].pointer) {
			assert_string_equal(fault.pointer, cases[i].pointer);
		}
	}
	const char *all = cases[0].text;
	assert_int_equal(json_read(all, strlen(all), nested_fields, 3, &n, &fault), 0);
	assert_true(n.limits.present && n.up.present && n.up.value == 7 && n.on.value);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_not_an_object),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_objects_in_objects),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
