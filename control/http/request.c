// SPDX-License-Identifier: BSD-3-Clause
// What handlers read of a request, and how they answer it.

#include "control/http/server.h"
#include "control/text/language.h"
#include "platform/json_write.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
request_alloc(struct http_request *r, size_t size) {
	return h2o_mem_alloc_pool(&r->req->pool, size);
}

char *
request_copy(struct http_request *r, const char *text, size_t length) {
	char *copy = request_alloc(r, length + 1);
	memcpy(copy, text, length);
	copy[length] = 0;
	return copy;
}

const char *
http_method(const struct http_request *r) {
	return r->method;
}

const char *
http_operation(const struct http_request *r) {
	return r->route ? r->route->operation : "";
}

const char *
http_target(const struct http_request *r) {
	return h2o_strdup(&r->req->pool, r->req->input.path.base, r->req->input.path.len).base;
}

const char *
http_pattern(const struct http_request *r) {
	return r->route->pattern;
}

const char *
http_path(const struct http_request *r, const char *name) {
	size_t n = strlen(name);
	for (size_t i = 0; i < r->match.n_parts; i++) {
		const struct match_part *p = &r->match.parts[i];
		if (p->name_length == n && memcmp(p->name, name, n) == 0) {
			return p->value;
		}
	}
	assert(!"the route's pattern has no such part");
	return "";
}

const char *
http_query(const struct http_request *r, const char *name) {
	for (size_t i = 0; i < r->n_parameters; i++) {
		if (strcmp(r->parameters[i].name, name) == 0) {
			return r->parameters[i].value;
		}
	}
	return NULL;
}

const char *
http_header(const struct http_request *r, const char *name) {
	ssize_t at = h2o_find_header_by_str(&r->req->headers, name, strlen(name), -1);
	if (at < 0) {
		return NULL;
	}
	h2o_iovec_t value = r->req->headers.entries[at].value;
	return h2o_strdup(&r->req->pool, value.base, value.len).base;
}

const char *
http_body(const struct http_request *r, size_t *ret_length) {
	if (r->body) {
		*ret_length = strlen(r->body);
		return r->body;
	}
	*ret_length = r->req->entity.len;
	return r->req->entity.base ? r->req->entity.base : "";
}

// --- Answers ---

static const char *
reason_of(int status) {
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{302, "Found"},
		{304, "Not Modified"},
		{308, "Permanent Redirect"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{412, "Precondition Failed"},
		{413, "Content Too Large"},
		{414, "URI Too Long"},
		{415, "Unsupported Media Type"},
		{421, "Misdirected Request"},
		{422, "Unprocessable Content"},
		{426, "Upgrade Required"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{507, "Insufficient Storage"},
	};
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status) {
			return reasons[i].reason;
		}
	}
	return status < 400 ? "OK" : "Error";
}

static void
add_header(h2o_req_t *req, const char *name, const char *value) {
	h2o_iovec_t n = h2o_strdup(&req->pool, name, SIZE_MAX);
	h2o_iovec_t v = h2o_strdup(&req->pool, value, SIZE_MAX);
	h2o_add_header_by_str(&req->pool, &req->res.headers, n.base, n.len, 1, NULL, v.base, v.len);
}

void
http_add_header(struct http_request *r, const char *name, const char *value) {
	add_header(r->req, name, value);
	r->cache_control |= strcmp(name, "cache-control") == 0;
}

void
request_start(struct http_request *r, int status) {
	assert(!r->answered && "a request is answered once");
	r->answered = true;
	r->req->res.status = status;
	r->req->res.reason = reason_of(status);
	request_headers(r->req, r->policy, r->cache_control);
	whence_cors(r);
	if (r->route || r->refusal) {
		http_add_header(r, "content-language", language_tag(r->language));
		http_add_header(r, "vary", "accept-language");
	}
	language_speak(LANGUAGE_ENGLISH); // what the handler still does is nobody's in particular
}

void
http_reply(
	struct http_request *r,
	int status,
	const char *content_type,
	const char *body,
	size_t length
) {
	static h2o_generator_t generator; // nothing to proceed with: one send is all
	h2o_req_t *req = r->req;
	if (told_hold(r, status, content_type, body, length)) {
		language_speak(LANGUAGE_ENGLISH);
		return;
	}
	if (r->idem) {
		idem_answer(
			r->server->idem, r->idem, r->rewritten, status, content_type, body, length
		);
		r->idem = NULL;
	}
	if (r->on_answer && status < 400) {
		r->on_answer(r->on_answer_context, r, status);
		r->on_answer = NULL;
	}
	if (!told_rewrite(r, content_type, &body, &length)) {
		status = 500;
		body = "{}";
		length = 2;
	}
	if (content_type) {
		http_add_header(r, "content-type", content_type);
	}
	request_start(r, status);
	// Without a length h2o chunks, or closes the connection after an error.
	req->res.content_length = length;
	h2o_iovec_t out = {length ? request_copy(r, body, length) : NULL, length};
	bool silent = strcmp(r->method, "HEAD") == 0 || status == 204 || status == 304 || !length;
	h2o_start_response(req, &generator);
	h2o_send(req, &out, silent ? 0 : 1, H2O_SEND_STATE_FINAL);
}

void
http_reply_json(struct http_request *r, int status, const char *json, size_t length) {
	http_reply(r, status, "application/json", json, length);
}

void
http_reply_empty(struct http_request *r, int status) {
	http_reply(r, status, NULL, NULL, 0);
}

void
request_write_problem(
	struct json *j,
	enum problem p,
	const char *detail,
	const char *hint,
	const struct json_fault *fault
) {
	char type[64];
	snprintf(type, sizeof(type), "/problems/%s", problem_key(p));
	for (char *at = type; *at; at++) {
		*at = *at == '_' ? '-' : *at;
	}
	json_object(j);
	json_key_string(j, "type", type);
	json_key_string(j, "title", _(problem_title(p)));
	json_key(j, "status");
	json_u64(j, (uint64_t)problem_status(p));
	json_key_string(j, "detail", detail);
	json_key_string(j, "key", problem_key(p));
	if (hint) {
		json_key_string(j, "hint", hint);
	}
	if (fault && fault->kind != JSON_FAULT_SYNTAX) {
		json_key(j, "errors");
		json_array(j);
		json_object(j);
		json_key_string(j, "pointer", fault->pointer);
		json_key_string(j, "detail", fault->message);
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void
reply_problem(
	struct http_request *r,
	enum problem p,
	const char *detail,
	const char *hint,
	const struct json_fault *fault
) {
	struct json j;
	r->refusal = problem_key(p);
	json_init(&j);
	request_write_problem(&j, p, detail, hint, fault);
	http_reply(
		r,
		problem_status(p),
		"application/problem+json",
		j.failed ? "{}" : j.text,
		j.failed ? 2 : j.length
	);
	json_free(&j);
}

void
http_problem(
	struct http_request *r,
	enum problem p,
	const char *hint,
	const char *detail_format,
	...
) {
	char detail[512];
	va_list list;
	va_start(list, detail_format);
	vsnprintf(detail, sizeof(detail), _(detail_format), list);
	va_end(list);
	reply_problem(r, p, _(detail), _(hint), NULL); // "%s" of a sentence that was kept
}

void
http_problem_at(
	struct http_request *r,
	enum problem p,
	const char *field,
	const char *hint,
	const char *detail
) {
	struct json_fault fault = {.kind = JSON_FAULT_VALUE};
	snprintf(fault.pointer, sizeof(fault.pointer), "%s%s", field[0] ? "/" : "", field);
	snprintf(fault.message, sizeof(fault.message), "%s", _(detail));
	reply_problem(r, p, _(detail), _(hint), &fault);
}

// What json_read and json_parse complain about.
static void
refuse_body(struct http_request *r, int result, const struct json_fault *fault) {
	static const enum problem problems[] = {
		[JSON_FAULT_SYNTAX] = PROBLEM_BAD_JSON,
		[JSON_FAULT_TYPE] = PROBLEM_BAD_BODY,
		[JSON_FAULT_UNKNOWN] = PROBLEM_UNKNOWN_FIELD,
		[JSON_FAULT_VALUE] = PROBLEM_BAD_VALUE,
	};
	char detail[400];
	if (result == -ENOMEM) {
		http_problem(r, PROBLEM_BUSY, NULL, "Out of memory.");
		return;
	}
	if (fault->kind == JSON_FAULT_SYNTAX) {
		snprintf(
			detail,
			sizeof(detail),
			_("Line %u, column %u: %s."),
			fault->line,
			fault->column,
			fault->message
		);
	} else {
		snprintf(
			detail,
			sizeof(detail),
			"%s%s%s.",
			fault->pointer,
			fault->pointer[0] ? ": " : "",
			fault->message
		);
	}
	reply_problem(
		r,
		problems[fault->kind],
		detail,
		_("Send one JSON object, as openapi.yaml describes it."),
		fault
	);
}

bool
http_read(struct http_request *r, const struct json_field *fields, size_t n_fields, void *ret) {
	size_t length;
	const char *body = http_body(r, &length);
	struct json_fault fault;
	int result = length ? json_read(body, length, fields, n_fields, ret, &fault)
			    : json_read("{}", 2, fields, n_fields, ret, &fault);
	if (result < 0) {
		refuse_body(r, result, &fault);
	}
	return result == 0;
}

struct json_doc *
http_read_document(struct http_request *r) {
	size_t length;
	const char *body = http_body(r, &length);
	struct json_fault fault;
	struct json_doc *d;
	int result = length ? json_parse(body, length, &json_limits_body, &d, &fault)
			    : json_parse("{}", 2, &json_limits_body, &d, &fault);
	if (result < 0) {
		refuse_body(r, result, &fault);
	}
	return result < 0 ? NULL : d;
}
