// SPDX-License-Identifier: BSD-3-Clause
// The HTTP server: listen, route, close.  h2o lives behind this header and nowhere else.
//
// Shape:   one route table for everything: a row is tried when its pattern fits the raw path.  In
//          a pattern, "{device}" stands for one segment; "{device}:{action}" for one with a colon,
//          which "{device}" alone never takes.  HEAD, OPTIONS, 404 and 405 follow from the table;
//          a GET that no row takes goes to the files of web_dir.
//          Each listener is of a kind, which decides what it speaks and which Host it answers to;
//          each kind has places for connections of its own, so that no crowd at one door shuts
//          another.
// Threads: the thread of the libev loop; handlers run in it and must not block.
// Errors:  http_start says in ret_message what is wrong and what would be right.
// Source:  DESIGN 4 (listening, Host and Origin, HTTP/1.1 only); RFC 9110, RFC 9112.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_BODY_MAX (256 * 1024)
#define HTTP_CONNECTIONS_MAX 384 // of one kind, unless http_config says otherwise
#define HTTP_SOURCE_MAX 64 // of one address in the home
#define HTTP_MESSAGE_MAX 256
#define HTTP_LISTEN_MAX 9
#define HTTP_CERTIFICATE_MAX 64

struct ev_loop;
struct http_request;
struct http_server;
struct ssl_ctx_st; // SSL_CTX of OpenSSL

// Through which door somebody comes.
enum http_peer_kind {
	HTTP_PEER_LOOPBACK, // plain TCP from this machine
	HTTP_PEER_UNIX, // the unix socket; uid and pid are the kernel's word
	HTTP_PEER_HOME, // HTTPS; TLS is needed and plain HTTP sent there
	HTTP_PEER_PROVIDER, // HTTPS with a client's certificate, open while the household wants it
	HTTP_PEER_INSIDE, // a way in of our own, which knows who asks (control/http/inside.h)
	HTTP_PEER_KINDS
};

typedef void (*http_handler)(struct http_request *r, void *context);

struct http_route {
	const char *method; // "GET", "POST", "PATCH", "PUT" or "DELETE"
	const char *pattern;
	http_handler handle;
	const char *operation; // operationId in openapi.yaml
	const char *query; // parameters it takes, parted by spaces; NULL: none
	void *context; // handed to the handler when not NULL, instead of that of http_config
};

struct http_listen {
	const char *address; // "127.0.0.1:13026", "[::1]:13026"; port 0 picks a free one
	enum http_peer_kind kind;
};

struct http_config {
	const struct http_listen *listen;
	size_t n_listen;
	const char *const *names; // by which TLS listeners may be called, beside their addresses
	size_t n_names;
	const char *const *cors; // origins whose pages may use us, "https://panel.example"
	size_t n_cors;
	unsigned int connections_max; // of one kind; 0: HTTP_CONNECTIONS_MAX
	unsigned int source_max; // of one address beyond loopback; 0: HTTP_SOURCE_MAX
	const char *unix_path; // NULL: none
	const char *unix_group; // may use the unix socket beside root and this user; NULL: nobody
	const char *web_dir; // NULL or absent: a page says how to build the GUI
	const struct http_route *routes; // must outlive the server
	size_t n_routes;
	void *context; // for the handlers
	// May a request go to its handler?  Sets its principal, and answers when it is false.
	// NULL: all may, and nobody has a role.
	bool (*admit)(struct http_request *r, void *context);
	// Asked first, with the raw path: true when it took the request, which it then admits and
	// answers all by itself (a contract of other people, which openapi.yaml does not have).
	// NULL: nobody does.
	bool (*foreign)(struct http_request *r, const char *path, void *context);
	// Parameters that an operation takes beside those of its route; NULL: none does.
	bool (*takes)(const char *operation, const char *parameter);
	unsigned int requests_per_second; // of one credential or source; 0: any number
	// The last word before the handler, which answers when it is false; NULL: none.
	bool (*check)(struct http_request *r, void *context);
	// See request.h, "What the audit trail is told"; true when it calls http_release.
	// NULL: nobody.
	bool (*told)(struct http_request *r, int status, void *context);
	// The same once the query is read: may it ask that?  NULL: all may.
	bool (*asks)(struct http_request *r, void *context);
	// Whether somebody may see this text only rewritten; and the text, to be freed, or
	// NULL when it cannot be.  Either NULL: all see all.
	bool (*masks)(const struct http_request *r, void *context);
	char *(*rewrite
	)(struct http_request *r,
	  const char *content_type,
	  const char *body,
	  size_t length,
	  size_t *ret_length,
	  void *context);
};

// Listens; requests are answered whenever the loop runs.
int http_start(
	struct ev_loop *loop,
	const struct http_config *config,
	struct http_server **ret_server,
	char ret_message[HTTP_MESSAGE_MAX]
);
// What TLS listeners of this kind use from now on; connections keep what they began with.  NULL:
// they wait.  `given`: the certificate is not the household's own, so browsers may be told to keep
// to HTTPS.
void http_use_tls(
	struct http_server *s,
	enum http_peer_kind kind,
	struct ssl_ctx_st *context,
	bool given
);
// The provider's listeners are closed until they are opened, and closing them ends whatever is open
// there at once.  -errno, and in ret_message why an address cannot be listened on.
int http_provider_open(struct http_server *s, bool open, char ret_message[HTTP_MESSAGE_MAX]);
// Closes the listeners and removes the unix socket.  Connections end with the process.
void http_stop(struct http_server *s);

// "http://127.0.0.1:13026" as bound, with the real port, or the path of the unix socket; NULL past
// the last.
const char *http_listening(const struct http_server *s, size_t index);
unsigned int http_connections(const struct http_server *s);
