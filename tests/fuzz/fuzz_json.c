// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as JSON: what the checker passes, jsmn reads in the same way, and every part of it is
// JSON again; texts are UTF-8 without a NUL.
#include "control/http/json_read.h"
#include "platform/utf8.h"
#include "tests/fuzz/fuzz.h"

static void
check_text(const char *text) {
	size_t n = strlen(text);
	for (size_t i = 0; i < n;) {
		size_t step = utf8_sequence(text + i, n - i);
		must(step > 0);
		i += step;
	}
}

static unsigned int
walk(const struct json_doc *d, unsigned int node) {
	struct json_fault fault;
	size_t length;
	unsigned int tokens, members = 0, all = 1;
	const char *raw = json_raw_of(d, node, &length);

	must(json_check(raw, length, &json_limits_body, &tokens, &fault) == 0);
	if (json_is_string(d, node)) {
		check_text(json_text(d, node));
		must(length >= 2 && strlen(json_text(d, node)) <= length - 2);
	}
	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		if (json_is_object(d, node)) {
			check_text(json_key_of(d, n));
			must(json_get(d, node, json_key_of(d, n)) == n);
			all++;
		}
		members++;
		all += walk(d, n);
	}
	must(members == json_size(d, node));
	must(all == tokens);
	return all;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const struct json_field fields[] = {
		{"name", JSON_TEXT, 0, .nullable = true, .min = 1, .max = 64},
	};
	const char *text = (const char *)data;
	struct json_fault fault;
	struct json_text name;
	struct json_doc *d;
	unsigned int tokens;

	int checked = json_check(text, size, &json_limits_body, &tokens, &fault);
	int parsed = json_parse(text, size, &json_limits_body, &d, &fault);
	must(checked == 0 || (parsed < 0 && fault.kind == JSON_FAULT_SYNTAX && fault.line));
	must(parsed == 0 || memchr(fault.message, '\0', sizeof(fault.message)));
	if (parsed == 0) {
		must(walk(d, JSON_ROOT) == tokens);
		json_doc_free(d);
	}
	if (json_read(text, size, fields, 1, &name, &fault) == 0) {
		must(parsed == 0 && (!name.present || name.null || strlen(name.text) == name.length)
		);
	}
	return 0;
}
