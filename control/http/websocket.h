// SPDX-License-Identifier: BSD-3-Clause
// A request that becomes a websocket (RFC 6455), over which text is sent until one side ends it.
//
// Shape:   what is said is queued, at most WEBSOCKET_WAITING bytes: who reads too slowly is cut
//          off.  What comes is bounded in size and number and otherwise not looked at.  A ping
//          every WEBSOCKET_PULSE_S; who is silent for three of them is gone.  After `on_gone` the
//          websocket is dead and must not be touched; it never comes from within a call of this
//          header.
// Threads: the loop's thread.
// Source:  control-stack.md 2: what h2o and wslay do not bound by themselves.

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define WEBSOCKETS_MAX 32
#define WEBSOCKET_WAITING (2u << 20) // all devices there can be, told at once, and some
#define WEBSOCKET_PULSE_S 20.
#define WEBSOCKET_TEXT_MAX 4096 // of one message that comes
#define WEBSOCKET_HEARD_MAX 200 // messages, pings and pongs from one pulse to the next

struct http_request;
struct principal;
struct websocket;

// Whether the request asks for one, in the one version that there is.
bool websocket_is_asked(const struct http_request *r);
unsigned int websocket_count(void);
// Answers 101; NULL: no memory, and nothing was answered.  The context lives until on_gone.
struct websocket *
websocket_start(struct http_request *r, void (*on_gone)(void *context), void *context);
void websocket_send(struct websocket *w, const char *text, size_t length);
void websocket_end(struct websocket *w, unsigned int code, const char *reason);
// Ends everyone's whose asker is gone by now.
void websocket_end_where(bool (*is_gone)(void *context, const struct principal *p), void *context);
