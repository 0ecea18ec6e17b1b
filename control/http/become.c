// SPDX-License-Identifier: BSD-3-Clause
// A request that goes on as another one: what somebody proposed is done by the way of whoever does
// it himself, with all its checks and answers.

#include "control/http/server.h"

#include <stdio.h>
#include <string.h>

void
http_become(
	struct http_request *r,
	const char *operation,
	const char *part,
	const char *value,
	const char *body
) {
	const struct http_server *s = r->server;
	const struct http_route *was = r->route;
	for (size_t i = 0; i < s->n_routes; i++) {
		if (strcmp(s->routes[i].operation, operation) == 0) {
			r->route = &s->routes[i];
		}
	}
	if (r->route == was) {
		http_problem(r, PROBLEM_NOT_FOUND, NULL, "This release cannot do that.");
		return;
	}
	r->match.n_parts = part ? 1 : 0;
	if (part) {
		struct match_part *p = &r->match.parts[0];
		p->name = part;
		p->name_length = strlen(part);
		snprintf(p->value, sizeof(p->value), "%s", value);
	}
	r->body = request_copy(r, body, strlen(body));
	r->route->handle(r, r->route->context ? r->route->context : s->handler_context);
}

void *
http_keep(struct http_request *r, size_t size, void (*gone)(void *kept)) {
	return h2o_mem_alloc_shared(&r->req->pool, size, gone);
}

void
http_on_answer(struct http_request *r, http_answered answered, void *context) {
	r->on_answer = answered;
	r->on_answer_context = context;
}

void
http_set_behalf(struct http_request *r, const char *name) {
	r->behalf = request_copy(r, name, strlen(name));
}

const char *
http_behalf(const struct http_request *r) {
	return r->behalf;
}
