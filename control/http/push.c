// SPDX-License-Identifier: BSD-3-Clause
// h2o's generator, with the watch it lacks.
//
// While an HTTP/1 answer runs, h2o takes the socket out of its epoll, so a client's FIN is never
// seen.  We put it back without reading (the input buffer holds the request's headers): any event
// then means that the client left, or sent what it should not have.  ERROR must never be sent
// while a write is in flight (h2o aborts); then the socket is shut down, and h2o calls `stop`.
// After our own FINAL or ERROR `stop` is not called: the request's disposal is the one end that
// always comes.

#include "control/http/push.h"

#include "control/http/server.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

struct push {
	h2o_generator_t super;
	struct push *next;
	struct http_request *request;
	const struct push_callbacks *callbacks;
	void *context;
	bool in_flight;
	bool ending;
};

// The watch is called with a socket alone, whose data is h2o's: this list leads back to the push.
static struct push *pushes;

static h2o_socket_t *
socket_of(const struct push *p) {
	h2o_conn_t *conn = p->request->req->conn;
	return conn->callbacks->get_socket(conn);
}

static void
unwatch(h2o_socket_t *socket) {
	if (h2o_socket_is_reading(socket)) {
		h2o_socket_read_stop(socket);
	}
	h2o_socket_dont_read(socket, 0);
}

static void
finish(struct push *p, h2o_send_state_t state) {
	unwatch(socket_of(p));
	p->request->req->http1_is_persistent = 0;
	h2o_send(p->request->req, NULL, 0, state);
}

static void
on_client(h2o_socket_t *socket, const char *err) {
	(void)err;
	struct push *p = pushes;
	while (p && socket_of(p) != socket) {
		p = p->next;
	}
	unwatch(socket);
	if (!p) {
		return;
	}
	p->ending = true;
	if (p->in_flight) {
		shutdown(h2o_socket_get_fd(socket), SHUT_RDWR);
	} else {
		finish(p, H2O_SEND_STATE_ERROR);
	}
}

static void
on_dispose(void *data) {
	struct push *p = data;
	for (struct push **at = &pushes; *at; at = &(*at)->next) {
		if (*at == p) {
			*at = p->next;
			break;
		}
	}
	p->callbacks->on_gone(p->context);
}

static void
proceed(h2o_generator_t *self, h2o_req_t *req) {
	(void)req;
	struct push *p = (struct push *)self;
	p->in_flight = false;
	if (p->ending) {
		finish(p, H2O_SEND_STATE_FINAL);
	} else {
		p->callbacks->on_ready(p->context);
	}
}

static void
stop(h2o_generator_t *self, h2o_req_t *req) {
	// on_dispose follows, as it does after every other end.
	(void)self;
	(void)req;
}

struct push *
push_start(
	struct http_request *r,
	const char *content_type,
	const struct push_callbacks *callbacks,
	void *context
) {
	struct push *p = h2o_mem_alloc_shared(&r->req->pool, sizeof(*p), on_dispose);
	*p = (struct push){
		.super = {.proceed = proceed, .stop = stop},
		.next = pushes,
		.request = r,
		.callbacks = callbacks,
		.context = context,
	};
	pushes = p;
	http_add_header(r, "content-type", content_type);
	request_start(r, 200);
	r->req->compress_hint = H2O_COMPRESS_HINT_DISABLE;
	h2o_start_response(r->req, &p->super);
	h2o_socket_t *socket = socket_of(p);
	h2o_socket_dont_read(socket, 1);
	h2o_socket_read_start(socket, on_client);
	return p;
}

void
push_send(struct push *p, const char *text, size_t length) {
	assert(!p->in_flight);
	if (p->ending) {
		return; // somebody else ended it, and on_gone is on its way
	}
	h2o_iovec_t out = {(char *)(uintptr_t)text, length};
	p->in_flight = true;
	h2o_send(p->request->req, &out, 1, H2O_SEND_STATE_IN_PROGRESS);
}

void
push_end(struct push *p) {
	if (p->ending) {
		return;
	}
	p->ending = true;
	if (p->in_flight) {
		shutdown(h2o_socket_get_fd(socket_of(p)), SHUT_RDWR);
	} else {
		finish(p, H2O_SEND_STATE_FINAL);
	}
}

void
push_end_where(bool (*is_gone)(void *context, const struct principal *p), void *context) {
	// Ending one may take it, and others, out of the list.
	for (struct push *p = pushes; p;) {
		if (p->ending || !is_gone(context, http_principal(p->request))) {
			p = p->next;
			continue;
		}
		push_end(p);
		p = pushes;
	}
}
