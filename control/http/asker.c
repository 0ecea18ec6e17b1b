// SPDX-License-Identifier: BSD-3-Clause
// Who sent a request, as far as it is known.

#include "control/http/server.h"

struct http_peer
http_peer(const struct http_request *r) {
	return r->peer;
}

const char *
http_source(const struct http_request *r) {
	return r->peer.kind == HTTP_PEER_UNIX ? "unix" : r->peer.address;
}

bool
http_is_secure(const struct http_request *r) {
	return connection_of(r->req)->tls != NULL;
}

const char *
http_who(const struct http_request *r) {
	return r->principal.name;
}

const struct principal *
http_principal(const struct http_request *r) {
	return &r->principal;
}

void
http_set_principal(struct http_request *r, const struct principal *p) {
	r->principal = *p;
}
