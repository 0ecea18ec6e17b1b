// SPDX-License-Identifier: BSD-3-Clause
// A client that says exactly what a test wants said, and reads what comes back.
//
// Errors:  every wait has a deadline; a test fails when it passes.

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CLIENT_WAIT_MS 5000

struct reply {
	int status; // 0: closed without an answer
	char head[4096];
	char body[65536];
	size_t length;
};

int client_connect(int port);
void client_send(int fd, const char *text, size_t length);
// One answer with a Content-Length (or, to HEAD, without a body).
void client_read(int fd, bool head, struct reply *ret);
// Sends printf's text on a connection of its own and reads the answer.
void client_ask(int port, struct reply *ret, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
// Reads until `text` is in what came (kept in buffer) or the deadline passes.
bool client_wait(int fd, const char *text, char *buffer, size_t size, size_t *length);
// True when the peer closes before the deadline; what it still sends is thrown away.
bool client_closed(int fd);
bool reply_has(const struct reply *r, const char *header_line); // lower-case
