// SPDX-License-Identifier: BSD-3-Clause
// A name's addresses, looked up by the system's resolver without holding the loop up.
//
// Shape:   a thread of its own a question, which shares nothing with us but a socket pair: when
//          nobody waits any more, what it found goes nowhere, and nobody waits for its end.  A
//          queue (control/thread.h) would hold our own end up until the resolver gives in.
// Threads: the loop's.
// Errors:  resolve_begin returns -errno; all else is told to `done`, as a sentence.

#pragma once

#include <ev.h>

#include <netinet/in.h>

#define RESOLVE_MAX 8
#define RESOLVE_HOST 254 // RFC 1035 3.1: 253 characters
#define RESOLVE_ERROR 96

struct resolved {
	unsigned int count;
	char addresses[RESOLVE_MAX][INET6_ADDRSTRLEN];
	char error[RESOLVE_ERROR]; // empty: none
};

typedef void (*resolve_done)(void *context, const struct resolved *r);

struct resolve {
	struct ev_loop *loop;
	struct ev_io readable;
	int fd; // -1: nothing is asked
	resolve_done done;
	void *context;
};

void resolve_init(struct resolve *r, struct ev_loop *loop, resolve_done done, void *context);
int resolve_begin(struct resolve *r, const char *host);
// A socket to one of the addresses, which does not wait: 0, or -EINPROGRESS, or without one -errno.
int resolved_connect(const char *address, unsigned int port, int type, int *ret_fd);
void resolve_end(struct resolve *r); // `done` is not called any more
