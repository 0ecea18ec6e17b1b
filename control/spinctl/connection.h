// SPDX-License-Identifier: BSD-3-Clause
// One connection to spin-control, and the head of its answer.
//
// Errors:  printed here, once; they come back as exit codes.

#pragma once

#include "control/spinctl/client.h"

#include <stdbool.h>
#include <stddef.h>

#define CONNECTION_WAIT_MS 15000
#define CONNECTION_BYTES_MAX (256u << 20)

struct connection {
	const void *bytes; // of a body that is not JSON; NULL: none
	size_t bytes_length;
	const char *header_line; // one more of the request, with its end; NULL: none
	int fd;
	char *buffer;
	size_t have, size;
	size_t head; // bytes of the head, 0 until it is whole
	int status;
	long content_length; // -1: none
	bool chunked;
};

int connection_request(
	const struct cli *c,
	struct connection *s,
	const char *method,
	const char *path,
	const char *body
);
int connection_head(struct connection *s);
int connection_body(struct connection *s, struct answer *ret);
// 1: more came; 0: the end; negative: the exit code of what was printed.
int connection_receive(struct connection *s, int wait_ms);
void connection_close(struct connection *s);

// client.c
int answer_broken(const char *why);
int answer_parse(struct answer *a);
int answer_problem(const struct answer *a);
