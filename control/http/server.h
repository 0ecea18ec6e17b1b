// SPDX-License-Identifier: BSD-3-Clause
// What the files that touch h2o share.  Nobody else includes this.

#pragma once

#include "control/http/http.h"
#include "control/http/idem.h"
#include "control/http/match.h"
#include "control/http/pace.h"
#include "control/http/request.h"
#include "control/text/language.h"
#include "platform/json_write.h"

#include <ev.h>
#include <h2o.h>

#include <netinet/in.h>
#include <sys/types.h>

#define HTTP_PARAMETERS_MAX 16
#define HTTP_UNIX_MAX 32 // connections; so many for a provider, too

struct http_listener {
	struct http_server *server;
	h2o_socket_t *socket; // NULL: closed
	enum http_peer_kind kind;
	bool paused;
	unsigned int port;
	char given[64]; // as the configuration has it
	char name[108 + 16]; // as people write it
};

// One client.  Found from its socket, whose on_close leads here.
struct http_connection {
	struct http_server *server;
	struct http_connection *next, **at; // in the server's list
	h2o_socket_t *socket;
	enum http_peer_kind kind;
	unsigned int port; // of the listener
	h2o_timeout_entry_t first_byte;
	SSL_CTX *tls; // held, for h2o does not until the handshake begins; NULL: plain
	bool wants_tls; // plain HTTP came where TLS is spoken
	struct in6_addr here, source; // ::ffff:0:0/96 for IPv4
	char address[INET6_ADDRSTRLEN]; // of the source
	char certificate[HTTP_CERTIFICATE_MAX];
	struct principal as; // of INSIDE
};

struct http_server {
	struct ev_loop *loop;
	h2o_evloop_t *h2o;
	h2o_globalconf_t conf;
	h2o_context_t context;
	h2o_accept_ctx_t plain, tls[HTTP_PEER_KINDS];
	bool tls_given;

	ev_io readable;
	ev_timer due;
	ev_prepare before;
	ev_timer resume; // try the listeners again after EMFILE

	const struct http_route *routes;
	struct match_key *keys;
	size_t n_routes;
	void *handler_context;
	bool (*told)(struct http_request *r, int status, void *context);
	bool (*asks)(struct http_request *r, void *context);
	bool (*masks)(const struct http_request *r, void *context);
	char *(*rewrite
	)(struct http_request *r,
	  const char *content_type,
	  const char *body,
	  size_t length,
	  size_t *ret_length,
	  void *context);
	bool (*admit)(struct http_request *r, void *context);
	bool (*foreign)(struct http_request *r, const char *path, void *context);
	bool (*takes)(const char *operation, const char *parameter);
	bool (*check)(struct http_request *r, void *context);
	struct idem *idem;
	struct pace *pace;
	char *web_dir;
	char *unix_path;
	gid_t unix_gid; // (gid_t)-1: none

	char **names, **cors; // ended by NULL
	struct http_listener listeners[HTTP_LISTEN_MAX + 1];
	size_t n_listeners;
	struct http_connection *connections;
	unsigned int n_open[HTTP_PEER_KINDS], max[HTTP_PEER_KINDS];
	unsigned int source_max;
};

struct http_parameter {
	const char *name;
	const char *value;
};

struct http_request {
	h2o_req_t *req;
	struct http_server *server;
	const char *method;
	enum language language; // of the answer
	const struct http_route *route; // NULL: a file of the GUI
	struct match match;
	struct http_parameter parameters[HTTP_PARAMETERS_MAX];
	size_t n_parameters;
	struct http_peer peer;
	struct principal principal;
	struct http_later *later;
	const char *cors; // the listed origin that asks; NULL: none
	bool answered;
	bool told; // in the audit trail, or on the way there
	struct idem_entry *idem; // that waits for the answer; NULL: none
	const void *held; // the answer that waits for it
	const char *note_before;
	const char *note_after;
	const char *refusal;
	bool rewritten; // nothing in the answer that who asked may not see
	const char *body; // instead of the one that came; NULL: that one
	const char *behalf; // whose wish it was
	void (*on_answer)(void *context, struct http_request *r, int status);
	void *on_answer_context;
	bool cache_control; // the handler chose its own
	const char *policy; // the same of the content policy; NULL: the GUI's
};

// loop.c: h2o's epoll inside libev's.
int loop_nest(struct http_server *s, char ret_message[HTTP_MESSAGE_MAX]);

// listen.c
int
listen_tcp(struct http_server *s, const struct http_listen *l, char ret_message[HTTP_MESSAGE_MAX]);
// Opens one that waits; its socket is NULL.
int listen_open(struct http_listener *l, char ret_message[HTTP_MESSAGE_MAX]);
void listen_close(struct http_listener *l);
int listen_unix(
	struct http_server *s,
	const char *path,
	const char *group,
	char ret_message[HTTP_MESSAGE_MAX]
);
void listen_stop(struct http_server *s);

// connection.c
void connection_accept_from(struct http_listener *l); // as long as there is room
void connection_resume_all(struct http_server *s);
void connection_end_all(struct http_server *s, enum http_peer_kind kind);
struct http_connection *connection_of(h2o_req_t *req);
// Takes the descriptor.  The source is what stands for an address.
void
connection_inside(struct http_server *s, int fd, const struct principal *as, const char *source);
void connection_tls_done(const SSL *ssl, int where, int result); // an info callback of OpenSSL

// whence.c: from where a request comes.  False: answered.
bool whence_check(struct http_request *r);
// What a listed page of elsewhere needs to hear; nothing for all others.
void whence_cors(struct http_request *r);
void whence_preflight(struct http_request *r, const char *allow);

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
// No policy: the GUI's own; no cache_control: no-store.  In the language that is spoken.
void request_headers(h2o_req_t *req, const char *policy, bool cache_control);
void request_write_problem(
	struct json *j,
	enum problem p,
	const char *detail,
	const char *hint,
	const struct json_fault *fault
);

// told.c: the body as who asked may see it, as long as the request; false: nobody may send it.
bool
told_rewrite(struct http_request *r, const char *content_type, const char **body, size_t *length);
// True when the answer waits until it is written down.
bool told_hold(
	struct http_request *r,
	int status,
	const char *content_type,
	const char *body,
	size_t length
);

// own_errors.c: h2o's own refusals, in the form of ours.
void own_errors_register(h2o_pathconf_t *path);

void http_later_forget(struct http_later *l); // the client has gone
