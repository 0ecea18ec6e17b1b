// SPDX-License-Identifier: BSD-3-Clause
// From a parsed request to its handler: every check stands here, once, in this order.
//
//   unix peer, Host, Origin (whence.c) → size of the head → path → method → who, and its role →
//   body size → body type → query → handler
//
// h2o checks none of them.  The raw path is used: in h2o's normalized one "%2F" is a slash.

#include "control/http/guard.h"
#include "control/http/server.h"
#include "control/http/static.h"
#include "control/text/language.h"
#include "platform/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

LOG_DOMAIN("http");

#define ADDRESS_MAX (8 * 1024)
#define HEAD_MAX (32 * 1024)

static void
on_dispose(void *data) {
	struct http_request *r = data;
	if (r->later) {
		http_later_forget(r->later);
	}
	if (r->idem) {
		idem_drop(r->server->idem, r->idem);
	}
}

// h2o takes heads of 400 KiB.
static bool
check_head(struct http_request *r) {
	const h2o_headers_t *h = &r->req->headers;
	size_t bytes = r->req->input.authority.len;
	for (size_t i = 0; i < h->size; i++) {
		bytes += h->entries[i].name->len + h->entries[i].value.len + 4;
	}
	if (r->req->input.path.len > ADDRESS_MAX) {
		http_problem(
			r,
			PROBLEM_ADDRESS_TOO_LONG,
			"Send at most 8 KiB of path and parameters.",
			"The address has %zu bytes.",
			r->req->input.path.len
		);
		return false;
	}
	if (bytes <= HEAD_MAX) {
		return true;
	}
	http_problem(
		r,
		PROBLEM_HEAD_TOO_LARGE,
		"Send at most 32 KiB of headers; a browser is helped by deleting this site's "
		"cookies.",
		"The headers have %zu bytes.",
		bytes
	);
	return false;
}

static bool
is_api(const h2o_iovec_t *path, size_t length) {
	static const char api[] = "/api/";
	return length >= sizeof(api) - 1 && memcmp(path->base, api, sizeof(api) - 1) == 0;
}

static void
refuse_method(struct http_request *r, const char *allow) {
	http_add_header(r, "allow", allow);
	if (strcmp(r->method, "OPTIONS") == 0) {
		whence_preflight(r, allow);
		http_reply_empty(r, 204);
		return;
	}
	http_problem(
		r, PROBLEM_METHOD_NOT_ALLOWED, allow, "This address does not take %s.", r->method
	);
}

// False: answered here, whether with an error or a file of the GUI.
static bool
find_route(struct http_request *r, const h2o_iovec_t *path, size_t path_length) {
	struct http_server *s = r->server;
	if (s->foreign
	    && s->foreign(r, request_copy(r, path->base, path_length), s->handler_context)) {
		return false;
	}
	match_route(s->routes, s->keys, s->n_routes, r->method, path->base, path_length, &r->match);
	r->route = r->match.route;
	if (r->route) {
		return true;
	}
	if (r->match.path_known) {
		refuse_method(r, r->match.allow);
	} else if (is_api(path, path_length) || !path_length || path->base[0] != '/') {
		http_problem(
			r,
			PROBLEM_NOT_FOUND,
			"GET /api/v1/openapi.yaml lists what there is.",
			"There is nothing at this address."
		);
	} else if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0) {
		refuse_method(r, "GET, HEAD, OPTIONS");
	} else {
		char *raw = request_copy(r, path->base, path_length);
		static_answer(r, s->web_dir, raw);
	}
	return false;
}

static bool
check_role(struct http_request *r) {
	const struct http_server *s = r->server;
	return !s->admit || s->admit(r, s->handler_context);
}

// RFC 7396 4 names a type of its own for what our PATCH takes.
static bool
is_merge_patch(const struct http_request *r, const char *type) {
	static const char want[] = "application/merge-patch+json";
	size_t n = sizeof(want) - 1;
	return strcmp(r->route->method, "PATCH") == 0 && strncasecmp(type, want, n) == 0
		&& (!type[n] || strchr("; \t", type[n]));
}

// A part of a capture is bytes; everything else that comes in is JSON.
static bool
fits_type(const struct http_request *r, const char *type) {
	if (strcmp(r->route->operation, "putAnalysisPart") == 0)
		return strcmp(type, "application/octet-stream") == 0;
	return guard_json_type(type) || is_merge_patch(r, type);
}

static bool
check_body(struct http_request *r) {
	size_t length = r->req->entity.len;
	if (length > HTTP_BODY_MAX) {
		http_problem(
			r,
			PROBLEM_BODY_TOO_LARGE,
			"Send at most 256 KiB.",
			"The body has %zu bytes.",
			length
		);
		return false;
	}
	const char *type = http_header(r, "content-type");
	bool writes = strcmp(r->route->method, "GET") != 0;
	if (!writes || (!length && !type) || (type && fits_type(r, type))) {
		return true;
	}
	http_problem(
		r,
		PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		"Send Content-Type: application/json.",
		type ? "The body is of another type, not JSON."
		     : "The body is of no stated type, not JSON."
	);
	return false;
}

static bool
takes(const struct http_request *r, const char *name) {
	const struct http_route *route = r->route;
	size_t n = strlen(name);
	for (const char *at = route->query; at && *at;) {
		size_t word = strcspn(at, " ");
		if (word == n && memcmp(at, name, n) == 0) {
			return true;
		}
		at += word;
		at += strspn(at, " ");
	}
	return r->server->takes && r->server->takes(route->operation, name);
}

static char *
decode(struct http_request *r, const char *text, size_t length) {
	char *out = request_alloc(r, length + 1);
	return match_decode(text, length, true, out, length + 1) ? out : NULL;
}

static bool
add_parameter(struct http_request *r, const char *at, size_t length) {
	const char *equals = memchr(at, '=', length);
	size_t n = equals ? (size_t)(equals - at) : length;
	const char *name = decode(r, at, n);
	const char *value = equals ? decode(r, equals + 1, length - n - 1) : "";
	if (!name || !value || http_query(r, name) || r->n_parameters == HTTP_PARAMETERS_MAX) {
		http_problem(
			r,
			PROBLEM_BAD_REQUEST,
			"Give each parameter once, in UTF-8, with %XX for other characters.",
			"The parameters of the address cannot be read."
		);
		return false;
	}
	if (!takes(r, name)) {
		char hint[160];
		const char *known = r->route->query;
		snprintf(hint, sizeof(hint), _("This address takes: %s."), known ? known : "none");
		http_problem(
			r,
			PROBLEM_UNKNOWN_PARAMETER,
			hint,
			"There is no parameter \"%.60s\" here.",
			name
		);
		return false;
	}
	r->parameters[r->n_parameters++] = (struct http_parameter){name, value};
	return true;
}

static bool
read_query(struct http_request *r, const char *at, const char *end) {
	while (at < end) {
		const char *amp = memchr(at, '&', (size_t)(end - at));
		const char *stop = amp ? amp : end;
		if (stop > at && !add_parameter(r, at, (size_t)(stop - at))) {
			return false;
		}
		at = stop + 1;
	}
	return true;
}

static void
handle(struct http_request *r) {
	const h2o_iovec_t *path = &r->req->input.path;
	const char *question = path->len ? memchr(path->base, '?', path->len) : NULL;
	const char *end = path->base + path->len;
	size_t path_length = question ? (size_t)(question - path->base) : path->len;
	if (!whence_check(r) || !check_head(r) || !find_route(r, path, path_length)
	    || !check_role(r) || !pace_admit(r->server->pace, r) || !check_body(r)
	    || (question && !read_query(r, question + 1, end))) {
		return;
	}
	if (r->server->check && !r->server->check(r, r->server->handler_context)) {
		return;
	}
	if (r->server->idem && !idem_begin(r->server->idem, r, &r->idem)) {
		return;
	}
	void *context = r->route->context ? r->route->context : r->server->handler_context;
	if (r->server->asks && !r->server->asks(r, r->server->handler_context)) {
		return;
	}
	r->route->handle(r, context);
	if (!r->answered && !r->later) {
		log_err("%s did not answer", r->route->operation);
		http_problem(r, PROBLEM_INTERNAL, NULL, "%s did not answer.", r->route->operation);
	}
}

int
dispatch(h2o_handler_t *self, h2o_req_t *req) {
	struct http_request *r = h2o_mem_alloc_shared(&req->pool, sizeof(*r), on_dispose);
	memset(r, 0, sizeof(*r));
	r->req = req;
	r->server = ((struct dispatch_handler *)self)->server;
	r->method = request_copy(r, req->input.method.base, req->input.method.len);
	r->language = language_of(http_header(r, "accept-language"));
	language_speak(r->language);
	handle(r);
	language_speak(LANGUAGE_ENGLISH); // of what goes on before it is answered
	return 0;
}
