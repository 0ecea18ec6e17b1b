// SPDX-License-Identifier: BSD-3-Clause
// spin-ubus [SOCKET]: between ubusd and spin-control, which starts it with a socket as descriptor
// 3.  The lines of that are control/export/ubus/helper.h's.
//
// It ends when either side is gone, and says why on standard error; spin-control starts it again.

#include "control/export/ubus/object.h"

#include <errno.h>
#include <fcntl.h>
#include <libubox/uloop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONTROL 3
#define LINE_MAX_BYTES ((size_t)4 << 20)

static struct ubus_context *ctx;
static char *in;
static size_t in_length, in_size;

static void
say(const char *line) {
	size_t n = strlen(line);

	while (n > 0) {
		ssize_t w = send(CONTROL, line, n, MSG_NOSIGNAL);
		if (w < 0 && errno != EINTR)
			exit(0); // spin-control has ended
		line += w > 0 ? w : 0;
		n -= w > 0 ? (size_t)w : 0;
	}
}

static void
lost(struct ubus_context *c) {
	(void)c;
	fputs("the connection to ubusd broke off\n", stderr);
	exit(1);
}

static void
on_event(char *rest) {
	char denied[64];
	const char *name = strsep(&rest, " ");

	if (!rest || object_tell(ctx, name, rest))
		return;
	snprintf(denied, sizeof denied, "denied %.40s\n", name);
	say(denied);
}

static void
on_ping(void) {
	if (!object_is_there(ctx)) {
		fputs("ubusd has the object spin no more\n", stderr);
		exit(1);
	}
	say("pong\n");
}

static void
on_line(char *line) {
	const char *word = strsep(&line, " ");
	char *json;

	if (strcmp(word, "ping") == 0) {
		on_ping();
	} else if (strcmp(word, "event") == 0 && line) {
		on_event(line);
	} else if (strcmp(word, "answer") == 0 && line) {
		unsigned long number = strtoul(line, &json, 10);
		object_answer(ctx, number, json);
	}
	if (ctx->sock.eof)
		lost(ctx);
}

static void
take_lines(void) {
	char *at = in, *end;

	while ((end = memchr(at, '\n', in_length - (size_t)(at - in)))) {
		*end = 0;
		on_line(at);
		at = end + 1;
	}
	in_length -= (size_t)(at - in);
	memmove(in, at, in_length);
}

static void
on_control(struct uloop_fd *u, unsigned int events) {
	(void)u;
	(void)events;
	if (in_length == in_size) {
		in_size = in_size ? 2 * in_size : 64 << 10;
		in = in_size <= 2 * LINE_MAX_BYTES ? realloc(in, in_size) : NULL;
		if (!in)
			exit(1);
	}
	ssize_t n = recv(CONTROL, in + in_length, in_size - in_length, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		exit(0);
	in_length += (size_t)n;
	take_lines();
}

int
main(int argc, char **argv) {
	const char *socket_path = argc > 1 ? argv[1] : NULL;
	struct uloop_fd control = {.fd = CONTROL, .cb = on_control};
	struct sockaddr_storage peer;
	socklen_t length = sizeof peer;

	if (getpeername(CONTROL, (struct sockaddr *)&peer, &length) < 0) {
		fputs("spin-ubus is started by spin-control: set ubus.enabled in spin.yaml\n",
		      stderr);
		return 2;
	}
	fcntl(CONTROL, F_SETFD, FD_CLOEXEC);
	uloop_init();
	ctx = ubus_connect(socket_path);
	if (!ctx) {
		fprintf(stderr,
			"ubusd cannot be reached%s%s: does it run?\n",
			socket_path ? " at " : "",
			socket_path ? socket_path : "");
		return 1;
	}
	ctx->connection_lost = lost;
	if (!object_offer(ctx, say))
		return 1;
	ubus_add_uloop(ctx);
	// Blocking: what is said must go out, and spin-control always reads.
	uloop_fd_add(&control, ULOOP_READ | ULOOP_BLOCKING);
	say("ready\n");
	uloop_run();
	return 0;
}
