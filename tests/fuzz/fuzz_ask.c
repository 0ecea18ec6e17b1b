// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as what a provider's broker brings: what is taken has one line a header and stays what
// it was, and every answer to it is JSON.
#include "control/export/mqtt/provider_ask.h"
#include "control/http/json_read.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void
must_be_json(struct json *j) {
	struct json_doc *d;
	struct json_fault fault;

	must(!j->failed && json_parse(j->text, j->length, &json_limits_reply, &d, &fault) == 0);
	json_doc_free(d);
	json_free(j);
}

static void
check_headers(const char *at) {
	while (*at) {
		const char *end = strstr(at, "\r\n");
		must(end && end > at && memchr(at, ':', (size_t)(end - at)));
		for (; at < end; at++)
			must(*at >= ' ' && *at <= '~');
		at += 2;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	const struct inside_answer found = {
		.status = 200, .type = "text/csv", .etag = "\"1\"", .body = "a,b", .length = 3};
	const struct inside_answer none = {.error = "there was no answer", .type = "", .etag = ""};
	char error[ASK_ERROR] = "";
	struct provider_ask a;
	struct json j;

	if (provider_ask_read((const char *)data, size, &a, error)) {
		must(a.id[0] && strncmp(a.target, "/api/v1/", 8) == 0);
		must(strlen(a.body) == a.body_length && (!a.body[0] || a.body[0] == '{'));
		check_headers(a.headers);
	} else {
		must(error[0] != 0);
	}
	json_init(&j);
	provider_ask_refuse(a.id, 400, error, &j);
	must_be_json(&j);
	json_init(&j);
	provider_ask_answer(a.id, &found, &j);
	must_be_json(&j);
	json_init(&j);
	provider_ask_answer(a.id, &none, &j);
	must_be_json(&j);
	provider_ask_free(&a);
	return 0;
}
