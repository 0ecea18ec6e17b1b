// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/provider_ask.h"

#include "control/http/json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
wrong(char ret_error[ASK_ERROR], const char *why) {
	snprintf(ret_error, ASK_ERROR, "%s", why);
	return false;
}

static bool
read_id(const struct json_doc *d, struct provider_ask *a) {
	unsigned int node = json_get(d, JSON_ROOT, "id");
	size_t length;
	const char *raw = node ? json_raw_of(d, node, &length) : NULL;

	if (!raw || length == 0 || length >= sizeof a->id)
		return false;
	bool text = json_is_string(d, node);
	if (!text && strspn(raw, "0123456789") < length)
		return false;
	if (text && (!json_text(d, node)[0] || strlen(json_text(d, node)) > 64))
		return false;
	for (const char *at = text ? json_text(d, node) : ""; *at; at++)
		if (*at <= ' ' || *at > '~' || *at == '"' || *at == '\\')
			return false;
	if (text)
		snprintf(a->id, sizeof a->id, "\"%s\"", json_text(d, node));
	else
		snprintf(a->id, sizeof a->id, "%.*s", (int)length, raw);
	return true;
}

static bool
read_headers(const struct json_doc *d, struct provider_ask *a) {
	unsigned int headers = json_get(d, JSON_ROOT, "headers");

	if (headers && !json_is_object(d, headers))
		return false;
	for (unsigned int n = json_first(d, headers); n; n = json_next(d, n))
		if (!json_text(d, n)
		    || !inside_header(
			    a->headers, sizeof a->headers, json_key_of(d, n), json_text(d, n)
		    ))
			return false;
	return true;
}

// Twice the same message is one act.
static void
make_idempotent(struct provider_ask *a) {
	char key[ASK_ID + 8];

	if (strcmp(a->method, "GET") == 0 || strcasestr(a->headers, "idempotency-key:"))
		return;
	size_t n = strlen(a->id);
	bool text = a->id[0] == '"';
	snprintf(key, sizeof key, "mqtt-%.*s", (int)(text ? n - 2 : n), a->id + text);
	inside_header(a->headers, sizeof a->headers, "idempotency-key", key);
}

static bool
copy(const struct json_doc *d, struct provider_ask *a, const char *path) {
	unsigned int node = json_get(d, JSON_ROOT, "body");
	size_t n = strlen(path);
	const char *raw =
		node && !json_is_null(d, node) ? json_raw_of(d, node, &a->body_length) : "";

	a->target = malloc(n + 1 + a->body_length + 1);
	if (!a->target)
		return false;
	memcpy(a->target, path, n + 1);
	a->body = a->target + n + 1;
	memcpy(a->body, raw, a->body_length);
	a->body[a->body_length] = 0;
	return true;
}

static bool
read_document(const struct json_doc *d, struct provider_ask *a, char ret_error[ASK_ERROR]) {
	const char *method = json_text(d, json_get(d, JSON_ROOT, "method"));
	const char *path = json_text(d, json_get(d, JSON_ROOT, "path"));
	unsigned int body = json_get(d, JSON_ROOT, "body");

	if (!read_id(d, a))
		return wrong(ret_error, "give an id: a number, or 1 to 64 visible characters");
	if (!method || strlen(method) >= sizeof a->method)
		return wrong(ret_error, "give a method: GET, POST, PATCH, PUT or DELETE");
	if (!path || strncmp(path, "/api/v1/", 8) != 0)
		return wrong(ret_error, "give a path that begins with /api/v1/");
	if (body && !json_is_object(d, body) && !json_is_null(d, body))
		return wrong(ret_error, "give the body as a JSON object, or none");
	snprintf(a->method, sizeof a->method, "%s", method);
	if (!read_headers(d, a))
		return wrong(
			ret_error,
			"headers may be accept, accept-language, if-match, if-none-match and "
			"idempotency-key"
		);
	make_idempotent(a);
	return copy(d, a, path) || wrong(ret_error, "out of memory");
}

bool
provider_ask_read(
	const char *text,
	size_t length,
	struct provider_ask *ret,
	char ret_error[ASK_ERROR]
) {
	struct json_doc *d;
	struct json_fault fault;

	*ret = (struct provider_ask){.id = ""};
	if (json_parse(text, length, &json_limits_body, &d, &fault) < 0)
		return wrong(ret_error, "send one JSON object {id, method, path, headers, body}");
	bool good = read_document(d, ret, ret_error);
	json_doc_free(d);
	return good;
}

void
provider_ask_free(struct provider_ask *a) {
	free(a->target);
	a->target = a->body = NULL;
}

static void
begin(const char *id, int status, struct json *j) {
	json_object(j);
	json_key(j, "id");
	if (id[0])
		json_raw(j, id, strlen(id));
	else
		json_null(j);
	json_key_u64(j, "status", (uint64_t)status);
}

void
provider_ask_refuse(const char *id, int status, const char *error, struct json *j) {
	begin(id, status, j);
	json_key_string(j, "error", error);
	json_end(j);
}

static void
header(struct json *j, const char *name, const char *value) {
	if (value[0])
		json_key_string(j, name, value);
}

void
provider_ask_answer(const char *id, const struct inside_answer *a, struct json *j) {
	bool is_json = strstr(a->type, "json") && !strstr(a->type, "ndjson");

	if (!a->status) {
		provider_ask_refuse(id, 502, a->error, j);
		return;
	}
	if (a->length && !is_json && strncmp(a->type, "text/", 5) != 0
	    && !strstr(a->type, "yaml")) {
		provider_ask_refuse(id, 406, "this is no text: ask for it over HTTPS", j);
		return;
	}
	begin(id, a->status, j);
	json_key(j, "headers");
	json_object(j);
	header(j, "content-type", a->type);
	header(j, "etag", a->etag);
	json_end(j);
	json_key(j, "body");
	if (!a->length)
		json_null(j);
	else if (is_json)
		json_raw(j, a->body, a->length);
	else
		json_string_n(j, a->body, a->length);
	json_end(j);
}
