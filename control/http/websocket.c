// SPDX-License-Identifier: BSD-3-Clause
// h2o's upgrade and wslay's frames, with the bounds that both lack.
//
// h2o says that a connection is over by calling back with NULL, from within any of its
// h2o_websocket_proceed, and only there it may be closed.  So nobody but `proceed` below calls
// that, and it runs from the loop alone.  Until the head of the answer is out there is no socket
// yet; h2o then goes on itself.

#include "control/http/websocket.h"

#include "control/http/server.h"

#include <h2o/websocket.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SILENT_MAX 3 // pulses

struct websocket {
	h2o_websocket_conn_t *conn;
	struct websocket *next;
	struct ev_loop *loop;
	struct principal principal;
	void (*on_gone)(void *context);
	void *context;
	ev_timer pulse;
	ev_timer soon; // there is something to send
	unsigned int heard, silent;
	bool ending;
};

static struct websocket *websockets;
static unsigned int count;

static void
gone(struct websocket *w) {
	for (struct websocket **at = &websockets; *at; at = &(*at)->next) {
		if (*at == w) {
			*at = w->next;
			break;
		}
	}
	count--;
	ev_timer_stop(w->loop, &w->pulse);
	ev_timer_stop(w->loop, &w->soon);
	h2o_websocket_close(w->conn);
	w->on_gone(w->context);
	free(w);
}

static void
kick(struct websocket *w) {
	if (!ev_is_active(&w->soon)) {
		ev_timer_set(&w->soon, 0., 0.);
		ev_timer_start(w->loop, &w->soon);
	}
}

// h2o sees the end of input, or the broken write.
static void
cut(struct websocket *w) {
	w->ending = true;
	if (w->conn->sock) {
		shutdown(h2o_socket_get_fd(w->conn->sock), SHUT_RDWR);
	}
}

void
websocket_end(struct websocket *w, unsigned int code, const char *reason) {
	if (w->ending) {
		return;
	}
	w->ending = true;
	wslay_event_queue_close(
		w->conn->ws_ctx, (uint16_t)code, (const uint8_t *)reason, strlen(reason)
	);
	kick(w);
}

static void
on_message(h2o_websocket_conn_t *conn, const struct wslay_event_on_msg_recv_arg *arg) {
	struct websocket *w = conn->data;
	if (!arg) {
		gone(w);
		return;
	}
	w->silent = 0;
	if (++w->heard > WEBSOCKET_HEARD_MAX) {
		websocket_end(w, WSLAY_CODE_POLICY_VIOLATION, "too many messages");
		wslay_event_shutdown_read(conn->ws_ctx);
	}
}

static void
proceed(struct ev_loop *loop, ev_timer *t, int events) {
	struct websocket *w = t->data;
	(void)loop;
	(void)events;
	if (w->conn->sock) {
		h2o_websocket_proceed(w->conn); // it may be gone now
	}
}

static void
on_pulse(struct ev_loop *loop, ev_timer *t, int events) {
	struct websocket *w = t->data;
	const struct wslay_event_msg ping = {.opcode = WSLAY_PING};
	(void)loop;
	(void)events;
	w->heard = 0;
	if (w->ending || w->silent++ == SILENT_MAX) {
		cut(w);
	} else if (wslay_event_queue_msg(w->conn->ws_ctx, &ping) == 0) {
		kick(w);
	}
}

bool
websocket_is_asked(const struct http_request *r) {
	const char *version = http_header(r, "sec-websocket-version"), *key;
	return version && strcmp(version, "13") == 0
		&& h2o_is_websocket_handshake(r->req, &key) == 0 && key;
}

unsigned int
websocket_count(void) {
	return count;
}

struct websocket *
websocket_start(struct http_request *r, void (*on_gone)(void *context), void *context) {
	struct websocket *w = calloc(1, sizeof(*w));
	const char *key;
	if (!w || h2o_is_websocket_handshake(r->req, &key) != 0 || !key) {
		free(w);
		return NULL;
	}
	*w = (struct websocket){
		.next = websockets,
		.loop = r->server->loop,
		.principal = *http_principal(r),
		.on_gone = on_gone,
		.context = context,
	};
	websockets = w;
	count++;
	request_start(r, 101);
	w->conn = h2o_upgrade_to_websocket(r->req, key, w, on_message);
	wslay_event_config_set_max_recv_msg_length(w->conn->ws_ctx, WEBSOCKET_TEXT_MAX);
	ev_timer_init(&w->soon, proceed, 0., 0.);
	ev_timer_init(&w->pulse, on_pulse, WEBSOCKET_PULSE_S, WEBSOCKET_PULSE_S);
	w->soon.data = w->pulse.data = w;
	ev_timer_start(w->loop, &w->pulse);
	return w;
}

void
websocket_send(struct websocket *w, const char *text, size_t length) {
	const struct wslay_event_msg m = {WSLAY_TEXT_FRAME, (const uint8_t *)text, length};
	if (w->ending) {
		return;
	}
	if (wslay_event_get_queued_msg_length(w->conn->ws_ctx) + length > WEBSOCKET_WAITING
	    || wslay_event_queue_msg(w->conn->ws_ctx, &m) != 0) {
		cut(w);
	} else {
		kick(w);
	}
}

void
websocket_end_where(bool (*is_gone)(void *context, const struct principal *p), void *context) {
	for (struct websocket *w = websockets; w; w = w->next) {
		if (is_gone(context, &w->principal)) {
			websocket_end(w, WSLAY_CODE_POLICY_VIOLATION, "not logged in any more");
		}
	}
}
