// SPDX-License-Identifier: BSD-3-Clause
// Lines to a unix socket that somebody else listens on: a collector's, or the log's.
//
// Shape:   a queue of at most EVE_SOCKET_LINES lines and EVE_SOCKET_BYTES bytes; a datagram each,
//          or one after the other in a stream.
// Threads: the core thread; nothing waits.
// Errors:  nobody listens, or is too slow: what finds no room in the queue is counted in `lost`;
//          connecting is tried again after 1, 2, 4 … 30 s.

#pragma once

#include "control/export/eve/config.h"
#include "control/export/eve/out.h"

#include <stddef.h>

#define EVE_SOCKET_LINES 8192
#define EVE_SOCKET_BYTES (4u << 20)

struct ev_loop;
struct eve_socket;

int eve_socket_open(
	struct ev_loop *loop,
	const char *path,
	enum eve_socket_type type,
	struct eve_socket **ret
);
void eve_socket_close(struct eve_socket *s); // NULL is nothing
void eve_socket_put(struct eve_socket *s, const char *head, const char *line, size_t length);
void eve_socket_second(struct eve_socket *s);
const struct eve_out *eve_socket_out(const struct eve_socket *s);
