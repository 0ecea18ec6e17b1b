// SPDX-License-Identifier: BSD-3-Clause
// What whoever answers a contract of other people (http_config's `foreign`) needs beyond a handler
// of ours.

#include "control/http/server.h"

#include <string.h>

void
http_set_route(struct http_request *r, const struct http_route *route) {
	r->route = route;
}

void
http_set_policy(struct http_request *r, const char *policy) {
	r->policy = request_copy(r, policy, strlen(policy));
}

bool
http_put_query(struct http_request *r, const char *name, const char *value) {
	if (r->n_parameters == HTTP_PARAMETERS_MAX) {
		return false;
	}
	r->parameters[r->n_parameters++] = (struct http_parameter
	){request_copy(r, name, strlen(name)), request_copy(r, value, strlen(value))};
	return true;
}

const char *
http_host(const struct http_request *r) {
	h2o_iovec_t host = r->req->input.authority;
	return h2o_strdup(&r->req->pool, host.base, host.len).base;
}

bool
http_pace(struct http_request *r) {
	return pace_admit(r->server->pace, r);
}

void
http_set_refusal(struct http_request *r, enum problem p) {
	r->refusal = problem_key(p);
}
