// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ubus/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
release(struct helper *h) {
	ev_io_stop(h->loop, &h->readable);
	ev_io_stop(h->loop, &h->writable);
	close(h->fd);
	h->fd = -1;
	free(h->in);
	free(h->out);
	h->in = h->out = NULL;
	h->in_length = h->out_length = h->out_sent = h->out_size = 0;
}

// What it said last is why it ended.
static void
on_ended(void *context, const struct child_outcome *o) {
	struct helper *h = context;
	char why[CHILD_SAYS + 1];
	size_t n = o->length;

	release(h);
	memcpy(why, o->says, n + 1);
	while (n > 0 && why[n - 1] == '\n')
		why[--n] = 0;
	const char *last = strrchr(why, '\n');
	h->ended(h->context, n == 0 ? "spin-ubus ended without a word" : last ? last + 1 : why);
}

static void
take_lines(struct helper *h) {
	char *at = h->in;

	for (;;) {
		size_t rest = h->in_length - (size_t)(at - h->in);
		char *end = memchr(at, '\n', rest);
		if (!end) {
			memmove(h->in, at, rest);
			h->in_length = rest;
			return;
		}
		*end = 0;
		h->line(h->context, at);
		if (h->fd < 0)
			return;
		at = end + 1;
	}
}

// When it has closed its end it is ending, and child.h will say so.
static void
on_readable(struct ev_loop *loop, struct ev_io *w, int revents) {
	struct helper *h = w->data;

	(void)revents;
	ssize_t n = recv(h->fd, h->in + h->in_length, HELPER_LINE_MAX - h->in_length, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		ev_io_stop(loop, w);
		return;
	}
	h->in_length += (size_t)n;
	take_lines(h);
	if (h->fd >= 0 && h->in_length == HELPER_LINE_MAX)
		h->in_length = 0; // no line of ours is so long
}

static void
send_some(struct helper *h) {
	while (helper_waiting(h) > 0) {
		ssize_t n = send(h->fd, h->out + h->out_sent, helper_waiting(h), MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			ev_io_start(h->loop, &h->writable);
			return;
		}
		h->out_sent = n < 0 ? h->out_length : h->out_sent + (size_t)n; // it is ending
	}
	h->out_length = h->out_sent = 0;
	ev_io_stop(h->loop, &h->writable);
}

static void
on_writable(struct ev_loop *loop, struct ev_io *w, int revents) {
	(void)loop;
	(void)revents;
	send_some(w->data);
}

static bool
make_room(struct helper *h, size_t more) {
	if (h->out_sent > 0) {
		memmove(h->out, h->out + h->out_sent, helper_waiting(h));
		h->out_length -= h->out_sent;
		h->out_sent = 0;
	}
	if (h->out_length + more > HELPER_WAITING_MAX)
		return false;
	if (h->out_length + more <= h->out_size)
		return true;
	char *larger = realloc(h->out, h->out_length + more);
	if (!larger)
		return false;
	h->out = larger;
	h->out_size = h->out_length + more;
	return true;
}

static void
append(struct helper *h, const char *text, size_t length) {
	for (size_t i = 0; i < length; i++)
		h->out[h->out_length++] = text[i] == '\n' ? ' ' : text[i]; // in JSON: as good
}

int
helper_send(struct helper *h, const char *head, const char *json, size_t length) {
	size_t n = strlen(head);

	if (h->fd < 0 || !make_room(h, n + length + 2))
		return -ENOBUFS;
	append(h, head, n);
	if (json) {
		append(h, " ", 1);
		append(h, json, length);
	}
	h->out[h->out_length++] = '\n';
	if (!ev_is_active(&h->writable))
		send_some(h);
	return 0;
}

int
helper_begin(struct helper *h, struct ev_loop *loop, const char *program, const char *socket) {
	char name[] = "spin-ubus";
	char *const argv[] = {name, (char *)(uintptr_t)socket, NULL};
	char *const environment[] = {NULL};
	int pair[2];

	h->loop = loop;
	h->fd = -1;
	h->in = malloc(HELPER_LINE_MAX);
	if (!h->in)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		int error = errno;
		free(h->in);
		return -error;
	}
	h->fd = pair[0];
	fcntl(h->fd, F_SETFL, O_NONBLOCK);
	ev_io_init(&h->readable, on_readable, h->fd, EV_READ);
	ev_io_init(&h->writable, on_writable, h->fd, EV_WRITE);
	h->readable.data = h->writable.data = h;
	const struct child_job job = {
		.program = program,
		.argv = argv,
		.environment = environment,
		.output = -1,
		.file = pair[1],
	};
	int r = child_begin(&h->child, loop, &job, on_ended, h);
	close(pair[1]);
	if (r < 0) {
		release(h);
		return r;
	}
	ev_io_start(loop, &h->readable);
	return 0;
}

void
helper_end(struct helper *h) {
	if (!helper_runs(h))
		return;
	child_end(&h->child);
	release(h);
}
