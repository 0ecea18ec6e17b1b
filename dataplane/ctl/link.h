// SPDX-License-Identifier: BSD-3-Clause
// The socket: one listener, one control being served, one newcomer until it has said HELLO.
//
// Shape:   link_send takes one message or says that the socket is full; it holds nothing back.
// Threads: the main thread.
// Errors:  a peer that breaks the contract is closed, with one line in the log.

#pragma once

#include "platform/wire.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#define LINK_FDS 3

// Makes the run directory and holds it against a second dataplane.  Logs why not.
int link_lock(const char *run_dir);
// Listens in it.
int link_open(const char *run_dir);
void link_close(void);

bool link_up(void);
// Fills at most LINK_FDS entries; `want_input` false leaves the peer's commands in the socket,
// `want_output` true asks for room.
unsigned int link_poll_set(struct pollfd *fds, bool want_input, bool want_output);
// Handles what poll found: newcomers, HELLO, loss of the peer.  True: a new control is served.
bool link_turn(const struct pollfd *fds, unsigned int n);

// A message of the served control; false when there is none.  *ret_fd is its descriptor or -1.
bool link_receive(struct wire_header **ret_message, int *ret_fd);
// 0, -EAGAIN, or another negative errno after which the link is down.
int link_send(const void *message, size_t length);
void link_drop(const char *why);
