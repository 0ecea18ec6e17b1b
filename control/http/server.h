// SPDX-License-Identifier: BSD-3-Clause
// What the files that touch h2o share.  Nobody else includes this.

#pragma once

#include "control/http/http.h"
#include "control/http/match.h"
#include "control/http/request.h"
#include "platform/json_write.h"

#include <ev.h>
#include <h2o.h>

#include <sys/types.h>

#define HTTP_PARAMETERS_MAX 16
// The unix socket keeps places of its own, so that a crowd of browsers never shuts the operator
// out.
#define HTTP_UNIX_MAX 32
#define HTTP_TCP_MAX (HTTP_CONNECTIONS_MAX - HTTP_UNIX_MAX)

struct http_listener {
	struct http_server *server;
	h2o_socket_t *socket;
	bool local; // the unix socket
	bool paused;
	char name[108 + 8]; // as people write it
};

struct http_server {
	struct ev_loop *loop;
	h2o_evloop_t *h2o;
	h2o_globalconf_t conf;
	h2o_context_t context;
	h2o_accept_ctx_t accept;

	ev_io readable;
	ev_timer due;
	ev_prepare before;
	ev_timer resume; // try the listeners again after EMFILE

	const struct http_route *routes;
	size_t n_routes;
	void *handler_context;
	bool (*admit)(struct http_request *r, void *context);
	char *web_dir;
	char *unix_path;
	gid_t unix_gid; // (gid_t)-1: none

	struct http_listener listeners[HTTP_LISTEN_MAX + 1];
	size_t n_listeners;
	unsigned int n_tcp, n_unix; // open connections
};

struct http_parameter {
	const char *name;
	const char *value;
};

struct http_request {
	h2o_req_t *req;
	struct http_server *server;
	const char *method;
	const struct http_route *route; // NULL: a file of the GUI
	struct match match;
	struct http_parameter parameters[HTTP_PARAMETERS_MAX];
	size_t n_parameters;
	struct http_peer peer;
	struct principal principal;
	struct http_later *later;
	bool answered;
	bool cache_control; // the handler chose its own
};

// loop.c: h2o's epoll inside libev's.
int loop_nest(struct http_server *s, char ret_message[HTTP_MESSAGE_MAX]);

// listen.c
int listen_tcp(struct http_server *s, const char *address, char ret_message[HTTP_MESSAGE_MAX]);
int listen_unix(
	struct http_server *s,
	const char *path,
	const char *group,
	char ret_message[HTTP_MESSAGE_MAX]
);
void listen_stop(struct http_server *s);

// dispatch.c: every request begins here.
int dispatch(h2o_handler_t *self, h2o_req_t *req);

struct dispatch_handler {
	h2o_handler_t super;
	struct http_server *server;
};

// request.c
void *request_alloc(struct http_request *r, size_t size); // as long as the request
char *request_copy(struct http_request *r, const char *text, size_t length);
void request_start(struct http_request *r, int status); // status and headers of every answer
void request_headers(h2o_req_t *req, bool cache_control); // false: it gets no-store
void request_write_problem(
	struct json *j,
	enum problem p,
	const char *detail,
	const char *hint,
	const struct json_fault *fault
);

// own_errors.c: h2o's own refusals, in the form of ours.
void own_errors_register(h2o_pathconf_t *path);

void http_later_forget(struct http_later *l); // the client has gone
