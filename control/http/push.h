// SPDX-License-Identifier: BSD-3-Clause
// An answer that goes on: text sent in pieces, one in flight, until one side ends it.
//
// Shape:   push_send only when ready; `on_ready` says when the last piece is in the kernel.
//          After `on_gone` the push is dead and must not be touched.
// Threads: the loop's thread.
// Source:  control-stack.md 2: why a client that leaves is noticed only with our own watch.

#pragma once

#include <stdbool.h>
#include <stddef.h>

struct http_request;
struct push;

struct push_callbacks {
	void (*on_ready)(void *context);
	void (*on_gone)(void *context); // once, also after push_end
};

// Answers 200 with this content type.  The context is the caller's; it lives until on_gone.
struct push *push_start(
	struct http_request *r,
	const char *content_type,
	const struct push_callbacks *callbacks,
	void *context
);
// `text` must stay until on_ready or on_gone.  Nothing is sent of an answer that is being ended.
void push_send(struct push *p, const char *text, size_t length);
struct principal;
// Ends every answer whose asker is gone by now.
void push_end_where(bool (*is_gone)(void *context, const struct principal *p), void *context);
// Ends the answer; a piece in flight is cut off.  on_gone follows, perhaps later.
void push_end(struct push *p);
