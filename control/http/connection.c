// SPDX-License-Identifier: BSD-3-Clause
// Clients from their first byte to their last.
//
// h2o has no limit of connections and none of writing, so both are here: at the limit, or out of
// descriptors, a listener is not read (accepting and refusing costs a core), TCP_USER_TIMEOUT ends
// a client that takes nothing, and one address of the home gets a share only.  Where TLS is spoken
// the first byte is looked at before h2o sees it: a hello begins with 0x16, anything else is plain
// HTTP, which is told where to go.  h2o starts its own timer of 10 s for the handshake after that.

#include "control/http/server.h"
#include "platform/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

LOG_DOMAIN("http");

#define USER_TIMEOUT_MS 20000
#define SNDBUF_BYTES (64 * 1024)
#define RETRY_S 0.5
#define ACCEPT_AT_ONCE 16
#define TLS_HANDSHAKE 0x16 // RFC 8446 5.1, ContentType handshake

static void on_acceptable(h2o_socket_t *socket, const char *err);

static bool
speaks_tls(enum http_peer_kind kind) {
	return kind == HTTP_PEER_HOME || kind == HTTP_PEER_PROVIDER;
}

static bool
must_wait(const struct http_listener *l) {
	const struct http_server *s = l->server;
	return s->n_open[l->kind] >= s->max[l->kind]
		|| (speaks_tls(l->kind) && !s->tls[l->kind].ssl_ctx);
}

static void
resume(struct http_listener *l) {
	if (l->socket && l->paused && !must_wait(l)) {
		l->paused = false;
		h2o_socket_read_start(l->socket, on_acceptable);
	}
}

void
connection_resume_all(struct http_server *s) {
	for (size_t i = 0; i < s->n_listeners; i++) {
		resume(&s->listeners[i]);
	}
}

void
connection_accept_from(struct http_listener *l) {
	l->paused = true;
	resume(l);
}

static void
on_resume(struct ev_loop *loop, ev_timer *w, int events) {
	(void)loop;
	(void)events;
	connection_resume_all(w->data);
}

static void
pause_listener(struct http_listener *l) {
	l->paused = true;
	h2o_socket_read_stop(l->socket);
}

static void
out_of_descriptors(struct http_listener *l) {
	struct http_server *s = l->server;
	log_warn("out of file descriptors: new connections wait");
	pause_listener(l);
	ev_timer_stop(s->loop, &s->resume);
	ev_init(&s->resume, on_resume);
	s->resume.data = s;
	ev_timer_set(&s->resume, RETRY_S, 0.0);
	ev_timer_start(s->loop, &s->resume);
}

static void
on_close(void *data) {
	struct http_connection *c = data;
	struct http_server *s = c->server;
	*c->at = c->next;
	if (c->next) {
		c->next->at = c->at;
	}
	if (h2o_timeout_is_linked(&c->first_byte)) {
		h2o_timeout_unlink(&c->first_byte);
	}
	SSL_CTX_free(c->tls);
	s->n_open[c->kind]--;
	free(c);
	connection_resume_all(s);
}

static void
tune(int fd, bool local) {
	int on = 1, buffer = SNDBUF_BYTES;
	unsigned int timeout = USER_TIMEOUT_MS;
	// Without SO_SNDBUF a client that reads nothing first takes megabytes of the kernel's.
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	if (!local) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
	}
}

static struct in6_addr
ip6_of(const struct sockaddr_storage *a) {
	struct in6_addr ret = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
	if (a->ss_family == AF_INET) {
		memcpy(&ret.s6_addr[12], &((const struct sockaddr_in *)a)->sin_addr, 4);
	} else {
		ret = ((const struct sockaddr_in6 *)a)->sin6_addr;
	}
	return ret;
}

static void
learn_addresses(struct http_connection *c, int fd) {
	struct sockaddr_storage here = {0}, peer = {0};
	socklen_t length = sizeof(here), peer_length = sizeof(peer);
	getsockname(fd, (struct sockaddr *)&here, &length);
	getpeername(fd, (struct sockaddr *)&peer, &peer_length);
	c->here = ip6_of(&here);
	c->source = ip6_of(&peer);
	bool ip4 = peer.ss_family == AF_INET;
	inet_ntop(
		ip4 ? AF_INET : AF_INET6,
		&c->source.s6_addr[ip4 ? 12 : 0],
		c->address,
		sizeof(c->address)
	);
}

// An IPv6 host has a /64 of its own to choose from.
static bool
same_source(const struct in6_addr *a, const struct in6_addr *b) {
	return memcmp(a, b, IN6_IS_ADDR_V4MAPPED(a) ? 16 : 8) == 0;
}

static bool
has_share(const struct http_connection *c) {
	const struct http_server *s = c->server;
	unsigned int others = 0;
	if (!speaks_tls(c->kind)) {
		return true;
	}
	for (const struct http_connection *o = s->connections; o; o = o->next) {
		others += o != c && speaks_tls(o->kind) && same_source(&o->source, &c->source);
	}
	return others < s->source_max;
}

static void
on_first_byte(h2o_socket_t *socket, const char *err) {
	struct http_connection *c = socket->on_close.data;
	struct http_server *s = c->server;
	unsigned char byte = 0;
	h2o_timeout_unlink(&c->first_byte);
	h2o_socket_read_stop(socket);
	h2o_socket_dont_read(socket, 0);
	SSL_CTX *context = s->tls[c->kind].ssl_ctx;
	if (err || !context || recv(h2o_socket_get_fd(socket), &byte, 1, MSG_PEEK) != 1) {
		h2o_socket_close(socket);
		return;
	}
	c->wants_tls = byte != TLS_HANDSHAKE;
	if (!c->wants_tls) {
		SSL_CTX_up_ref(context);
		c->tls = context;
	}
	h2o_accept(c->wants_tls ? &s->plain : &s->tls[c->kind], socket);
}

static void
on_no_byte(h2o_timeout_entry_t *entry) {
	struct http_connection *c =
		H2O_STRUCT_FROM_MEMBER(struct http_connection, first_byte, entry);
	h2o_socket_close(c->socket);
}

// In the server's list; NULL after it was closed.
static struct http_connection *
enlist(struct http_server *s, h2o_socket_t *client, enum http_peer_kind kind) {
	struct http_connection *c = calloc(1, sizeof(*c));
	if (!c) {
		h2o_socket_close(client);
		return NULL;
	}
	*c = (struct http_connection){
		.server = s,
		.next = s->connections,
		.at = &s->connections,
		.socket = client,
		.kind = kind,
		.first_byte = {.cb = on_no_byte},
	};
	if (c->next) {
		c->next->at = &c->next;
	}
	s->connections = c;
	s->n_open[c->kind]++;
	client->on_close.cb = on_close;
	client->on_close.data = c;
	return c;
}

static void
begin(struct http_listener *l, h2o_socket_t *client) {
	struct http_server *s = l->server;
	struct http_connection *c = enlist(s, client, l->kind);
	if (!c) {
		return;
	}
	c->port = l->port;
	tune(h2o_socket_get_fd(client), c->kind == HTTP_PEER_UNIX);
	if (c->kind != HTTP_PEER_UNIX) {
		learn_addresses(c, h2o_socket_get_fd(client));
	}
	if (!has_share(c)) {
		h2o_socket_close(client);
	} else if (!speaks_tls(c->kind)) {
		h2o_accept(&s->plain, client);
	} else {
		h2o_timeout_link(s->h2o, &s->context.handshake_timeout, &c->first_byte);
		h2o_socket_dont_read(client, 1);
		h2o_socket_read_start(client, on_first_byte);
	}
}

static void
on_acceptable(h2o_socket_t *socket, const char *err) {
	struct http_listener *l = socket->data;
	if (err) {
		return;
	}
	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		if (must_wait(l)) {
			pause_listener(l);
			return;
		}
		errno = 0;
		h2o_socket_t *client = h2o_evloop_socket_accept(socket);
		if (client) {
			begin(l, client);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
			out_of_descriptors(l);
		}
		return;
	}
}

void
connection_inside(struct http_server *s, int fd, const struct principal *as, const char *source) {
	h2o_socket_t *client = h2o_evloop_socket_create(s->h2o, fd, 0);
	struct http_connection *c = enlist(s, client, HTTP_PEER_INSIDE);
	if (!c) {
		return;
	}
	c->as = *as;
	snprintf(c->address, sizeof(c->address), "%s", source);
	h2o_accept(&s->plain, client);
}

// h2o sees the end of input, or the broken write, and closes by itself; an ended stream too.
void
connection_end_all(struct http_server *s, enum http_peer_kind kind) {
	for (struct http_connection *c = s->connections; c; c = c->next) {
		if (c->kind == kind) {
			shutdown(h2o_socket_get_fd(c->socket), SHUT_RDWR);
		}
	}
}

struct http_connection *
connection_of(h2o_req_t *req) {
	return req->conn->callbacks->get_socket(req->conn)->on_close.data;
}

// h2o keeps its SSL to itself; but the data of its BIO is the socket.
void
connection_tls_done(const SSL *ssl, int where, int result) {
	(void)result;
	if (!(where & SSL_CB_HANDSHAKE_DONE)) {
		return;
	}
	const h2o_socket_t *socket = BIO_get_data(SSL_get_rbio(ssl));
	struct http_connection *c = socket->on_close.data;
	X509 *peer = SSL_get1_peer_certificate(ssl);
	if (peer) {
		char *name = c->certificate;
		int n = X509_NAME_get_text_by_NID(
			X509_get_subject_name(peer), NID_commonName, name, sizeof(c->certificate)
		);
		// What stands in a certificate is its maker's choice; it ends up in logs.
		for (int i = 0; i < n && name[i]; i++) {
			name[i] = name[i] > ' ' && name[i] < 127 ? name[i] : '_';
		}
	}
	X509_free(peer);
}
