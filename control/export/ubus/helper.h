// SPDX-License-Identifier: BSD-3-Clause
// The program spin-ubus, which speaks with ubusd for us: libubus waits for ubusd whenever it asks
// or sends, which the core thread may not.
//
// Shape:   lines both ways over a socket pair, a word first:
//            to it    answer NUMBER JSON · event NAME JSON · ping
//            from it  ready · call NUMBER METHOD USER JSON · pong · denied NAME
//          It ends by itself when ubusd is gone, and says why on its standard error.
// Threads: the core thread.
// Errors:  helper_send: -ENOBUFS when too much waits; what was ended is told by `ended`, once.

#pragma once

#include "control/child.h"

#include <stddef.h>
#include <stdint.h>

#define HELPER_WAITING_MAX ((size_t)4 << 20)
#define HELPER_LINE_MAX ((size_t)512 << 10) // from it

struct helper {
	struct ev_loop *loop;
	struct child child;
	int fd; // -1: it does not run
	struct ev_io readable, writable;
	char *in, *out;
	size_t in_length, out_length, out_sent, out_size;
	void (*line)(void *context, char *line); // may call helper_end
	void (*ended)(void *context, const char *why);
	void *context;
};

// `h` is zero, but for its functions and context.
int helper_begin(struct helper *h, struct ev_loop *loop, const char *program, const char *socket);
void helper_end(struct helper *h); // `ended` is not called
static inline bool
helper_runs(const struct helper *h) {
	return child_runs(&h->child);
}
static inline size_t
helper_waiting(const struct helper *h) {
	return h->out_length - h->out_sent;
}
// "head json\n"; `json` may be NULL.
int helper_send(struct helper *h, const char *head, const char *json, size_t length);
