// SPDX-License-Identifier: BSD-3-Clause
// The headers that every answer carries, whoever makes it.
//
// No script, style or frame from elsewhere; nobody embeds us, opens us as a window of theirs, or
// keeps what the API said.

#include "control/http/server.h"

#include <string.h>

// A day: long enough to help, short enough to go back to the household's own certificate.
#define HSTS "max-age=86400"

static void
add(h2o_req_t *req, const char *name, size_t name_length, const char *value, size_t length) {
	h2o_add_header_by_str(
		&req->pool, &req->res.headers, name, name_length, 1, NULL, value, length
	);
}

#define ADD(req, name, value) add(req, name, sizeof(name) - 1, value, sizeof(value) - 1)

void
request_headers(h2o_req_t *req, const char *policy, bool cache_control) {
	const struct http_connection *c = connection_of(req);
	ADD(req, "x-content-type-options", "nosniff");
	static const char own[] =
		"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
		"form-action 'self'; frame-ancestors 'none'";
	static const char name[] = "content-security-policy";
	policy = policy ? policy : own;
	add(req, name, sizeof(name) - 1, policy, strlen(policy));
	ADD(req, "cross-origin-opener-policy", "same-origin");
	ADD(req, "cross-origin-resource-policy", "same-origin");
	ADD(req, "referrer-policy", "no-referrer");
	ADD(req,
	    "permissions-policy",
	    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=()"
	);
	if (c->tls && c->server->tls_given) {
		ADD(req, "strict-transport-security", HSTS);
	}
	if (!cache_control) {
		ADD(req, "cache-control", "no-store");
	}
}
