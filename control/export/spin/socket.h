// SPDX-License-Identifier: BSD-3-Clause
// The unix socket of the original: one request for a connection, one answer and a line feed.
//
// Shape:   as the API's socket it is for root, spin-control's own user and the members of
//          unix_group; the kernel says who it is.
// Units:   a request has at most RPC_SOCKET_MAX bytes and is whole within RPC_SOCKET_S.
// Threads: the core thread; nobody is waited for.
// Errors:  rpc_socket_open returns NULL and a sentence.
// Source:  reference/spin.md 1.2.

#pragma once

#include <stddef.h>

#define RPC_SOCKET_MAX 4096
#define RPC_SOCKET_S 5.
#define RPC_SOCKET_CLIENTS 16

struct rpc_socket;
struct spin;

struct rpc_socket *rpc_socket_open(struct spin *s, const char *path, char ret_error[200]);
void rpc_socket_close(struct rpc_socket *r); // takes NULL
