// SPDX-License-Identifier: BSD-3-Clause
// From where a request comes: through which door, under which name of ours, and from whose page.
//
// DNS rebinding shows in Host, another site's page in Origin and Sec-Fetch-Site.  On TLS listeners
// the address a request came to is an own name too; loopback names are good everywhere, for
// `ssh -L`.  What is listed as `cors` may read answers, but never with our cookies: credentials are
// not allowed, so it needs a token.

#include "control/http/guard.h"
#include "control/http/server.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUPS_MAX 64
#define LOCATION_MAX 2048

static bool
has_group(int fd, gid_t gid) {
	gid_t groups[GROUPS_MAX];
	socklen_t length = sizeof(groups);
	if (gid == (gid_t)-1 || getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length) < 0) {
		return false;
	}
	for (size_t i = 0; i < length / sizeof(*groups); i++) {
		if (groups[i] == gid) {
			return true;
		}
	}
	return false;
}

static bool
check_unix(struct http_request *r, int fd) {
	struct ucred cred = {.uid = (uid_t)-1, .gid = (gid_t)-1};
	socklen_t length = sizeof(cred);
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &length);
	r->peer.uid = cred.uid;
	r->peer.pid = cred.pid;
	gid_t admins = r->server->unix_gid;
	if (cred.uid == 0 || cred.uid == geteuid() || (admins != (gid_t)-1 && cred.gid == admins)
	    || has_group(fd, admins)) {
		return true;
	}
	http_problem(
		r,
		PROBLEM_DENIED,
		"Act as root, as the user of spin-control, or as a member of group spin-admin.",
		"User %u may not use this socket.",
		cred.uid
	);
	return false;
}

static bool
check_host(struct http_request *r, const struct http_connection *c) {
	const h2o_iovec_t *host = &r->req->input.authority;
	bool tls = c->kind == HTTP_PEER_HOME || c->kind == HTTP_PEER_PROVIDER;
	const struct guard_own own = {(const char *const *)c->server->names, &c->here, c->port};
	if (tls ? guard_own_host(&own, host->base, host->len) : guard_host(host->base, host->len)) {
		return true;
	}
	if (tls) {
		http_problem(
			r,
			PROBLEM_WRONG_HOST,
			"Open https:// with the address of this gateway and its port, or a name "
			"that "
			"is listed as `names` in spin.yaml.",
			"This server answers to its own names and addresses, not to the Host of "
			"this "
			"request."
		);
		return false;
	}
	http_problem(
		r,
		PROBLEM_WRONG_HOST,
		"Open http://127.0.0.1 or http://localhost with the port of this server.",
		"This server answers only to loopback names, not to the Host of this request."
	);
	return false;
}

static bool
is_listed(struct http_request *r, const char *origin) {
	for (char **one = r->server->cors; one && *one; one++) {
		if (strcmp(*one, origin) == 0) {
			r->cors = *one;
			return true;
		}
	}
	return false;
}

static bool
check_origin(struct http_request *r, const struct http_connection *c) {
	const h2o_iovec_t *host = &r->req->input.authority;
	const char *origin = http_header(r, "origin");
	const char *site = http_header(r, "sec-fetch-site");
	const char *mode = http_header(r, "sec-fetch-mode");
	if (origin && is_listed(r, origin)) {
		return true;
	}
	bool foreign =
		origin && !guard_origin(c->tls, origin, strlen(origin), host->base, host->len);
	// No page of another site may load anything of ours; a link to us may be followed.
	foreign |=
		site && strcmp(site, "cross-site") == 0 && !(mode && strcmp(mode, "navigate") == 0);
	if (!foreign) {
		return true;
	}
	http_problem(
		r,
		PROBLEM_FOREIGN_ORIGIN,
		"Use the page that this server serves, or list the other's origin as `cors` in "
		"spin.yaml.",
		"A page of another web site may not use this server."
	);
	return false;
}

// The Host was checked, so nobody is sent elsewhere.
static void
send_to_https(struct http_request *r) {
	const h2o_iovec_t *host = &r->req->input.authority, *path = &r->req->input.path;
	char location[LOCATION_MAX];
	bool fits = host->len + path->len + 9 < sizeof(location);
	snprintf(
		location,
		sizeof(location),
		"https://%.*s%.*s",
		(int)host->len,
		host->base,
		fits && path->len && path->base[0] == '/' ? (int)path->len : 1,
		fits && path->len && path->base[0] == '/' ? path->base : "/"
	);
	http_add_header(r, "location", location);
	r->req->http1_is_persistent = 0;
	http_reply_empty(r, 308);
}

bool
whence_check(struct http_request *r) {
	const struct http_connection *c = connection_of(r->req);
	r->peer = (struct http_peer){
		.kind = c->kind,
		.address = c->address,
		.certificate = c->certificate,
	};
	if (c->kind == HTTP_PEER_UNIX) {
		return check_unix(r, h2o_socket_get_fd(c->socket)) && check_origin(r, c);
	}
	if (c->kind == HTTP_PEER_INSIDE) {
		r->peer.as = &c->as;
		return true;
	}
	if (!check_host(r, c)) {
		return false;
	}
	if (c->wants_tls) {
		send_to_https(r);
		return false;
	}
	return check_origin(r, c);
}

void
whence_cors(struct http_request *r) {
	if (r->server->cors && r->server->cors[0]) {
		http_add_header(r, "vary", "origin");
	}
	if (r->cors) {
		http_add_header(r, "access-control-allow-origin", r->cors);
		http_add_header(r, "access-control-expose-headers", "etag, location, retry-after");
	}
}

// WHATWG Fetch, "CORS-preflight request".
void
whence_preflight(struct http_request *r, const char *allow) {
	if (!r->cors || !http_header(r, "access-control-request-method")) {
		return;
	}
	http_add_header(r, "access-control-allow-methods", allow);
	http_add_header(
		r,
		"access-control-allow-headers",
		"authorization, content-type, idempotency-key, if-match, if-none-match, "
		"last-event-id"
	);
	http_add_header(r, "access-control-max-age", "600");
}
