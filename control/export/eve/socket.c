// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/socket.h"

#include "control/clock.h"
#include "platform/base.h"

#include <ev.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define RETRY_MAX_S 30

struct line {
	STAILQ_ENTRY(line) next;
	size_t length;
	char text[];
};

struct eve_socket {
	struct ev_loop *loop;
	struct sockaddr_un to;
	int type; // SOCK_STREAM or SOCK_DGRAM
	int fd; // -1: not connected
	struct ev_io io;
	STAILQ_HEAD(, line) queue;
	size_t bytes; // in it
	size_t gone; // of the first line, in a stream
	unsigned int retry_s;
	uint64_t retry_ns; // monotonic
	struct eve_out out;
};

static void
disconnect(struct eve_socket *s, int error) {
	if (s->fd >= 0) {
		ev_io_stop(s->loop, &s->io);
		close(s->fd);
	}
	s->fd = -1;
	s->gone = 0; // who comes next gets the line whole
	s->retry_s = s->retry_s ? MIN_OF(2 * s->retry_s, (unsigned int)RETRY_MAX_S) : 1;
	s->retry_ns = clock_mono_ns() + s->retry_s * NS_PER_S;
	snprintf(
		s->out.error, sizeof s->out.error, "nobody takes lines there: %s", strerror(error)
	);
}

static void
drop_first(struct eve_socket *s) {
	struct line *l = STAILQ_FIRST(&s->queue);

	STAILQ_REMOVE_HEAD(&s->queue, next);
	s->bytes -= l->length;
	s->gone = 0;
	s->out.waiting--;
	free(l);
}

static void
watch(struct eve_socket *s, int events) {
	if (s->io.events == events && ev_is_active(&s->io))
		return;
	ev_io_stop(s->loop, &s->io);
	ev_io_set(&s->io, s->fd, events);
	ev_io_start(s->loop, &s->io);
}

static void
pump(struct eve_socket *s) {
	struct line *l;

	while (s->fd >= 0 && (l = STAILQ_FIRST(&s->queue))) {
		ssize_t n = send(
			s->fd, l->text + s->gone, l->length - s->gone, MSG_NOSIGNAL | MSG_DONTWAIT
		);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
			watch(s, EV_READ | EV_WRITE);
			return;
		}
		if (n < 0 && errno == EMSGSIZE) {
			s->out.lost++;
			drop_first(s);
			continue;
		}
		if (n < 0) {
			disconnect(s, errno);
			return;
		}
		s->gone += (size_t)n;
		if (s->gone < l->length)
			continue;
		s->out.sent++;
		s->out.contact_ns = clock_wall_ns();
		s->out.error[0] = 0;
		s->retry_s = 0;
		drop_first(s);
	}
	if (s->fd >= 0)
		watch(s, EV_READ);
}

// Nobody is asked to answer; reading tells that the other end is gone.
static void
on_io(struct ev_loop *loop, struct ev_io *w, int revents) {
	struct eve_socket *s = w->data;
	char any[512];

	(void)loop;
	if (revents & EV_READ) {
		ssize_t n = recv(s->fd, any, sizeof any, MSG_DONTWAIT);
		if (n == 0 && s->type == SOCK_STREAM) {
			disconnect(s, ECONNRESET);
			return;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			disconnect(s, errno);
			return;
		}
	}
	pump(s);
}

static void
reach(struct eve_socket *s) {
	s->fd = socket(AF_UNIX, s->type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&s->to, sizeof s->to) < 0) {
		int error = errno;
		if (s->fd >= 0)
			close(s->fd);
		s->fd = -1;
		disconnect(s, error);
		return;
	}
	s->out.error[0] = 0;
	s->io.events = 0;
	ev_io_set(&s->io, s->fd, EV_READ);
	ev_io_start(s->loop, &s->io);
	pump(s);
}

int
eve_socket_open(
	struct ev_loop *loop,
	const char *path,
	enum eve_socket_type type,
	struct eve_socket **ret
) {
	struct eve_socket *s;

	if (strlen(path) >= sizeof s->to.sun_path)
		return -ENAMETOOLONG;
	s = calloc(1, sizeof *s);
	if (!s)
		return -ENOMEM;
	s->loop = loop;
	s->to.sun_family = AF_UNIX;
	memcpy(s->to.sun_path, path, strlen(path));
	s->type = type == EVE_STREAM ? SOCK_STREAM : SOCK_DGRAM;
	s->fd = -1;
	STAILQ_INIT(&s->queue);
	ev_init(&s->io, on_io);
	s->io.data = s;
	reach(s);
	*ret = s;
	return 0;
}

void
eve_socket_close(struct eve_socket *s) {
	if (!s)
		return;
	disconnect(s, 0);
	while (!STAILQ_EMPTY(&s->queue))
		drop_first(s);
	free(s);
}

void
eve_socket_put(struct eve_socket *s, const char *head, const char *line, size_t length) {
	size_t before = strlen(head), after = s->type == SOCK_STREAM;
	struct line *l = NULL;

	if (s->out.waiting < EVE_SOCKET_LINES
	    && s->bytes + before + length + after <= EVE_SOCKET_BYTES)
		l = malloc(sizeof *l + before + length + after);
	if (!l) {
		s->out.lost++;
		return;
	}
	l->length = before + length + after;
	memcpy(l->text, head, before);
	memcpy(l->text + before, line, length);
	if (after)
		l->text[before + length] = '\n';
	STAILQ_INSERT_TAIL(&s->queue, l, next);
	s->bytes += l->length;
	s->out.waiting++;
	if (s->out.waiting == 1)
		pump(s);
}

void
eve_socket_second(struct eve_socket *s) {
	if (s->fd < 0 && s->retry_ns <= clock_mono_ns())
		reach(s);
}

const struct eve_out *
eve_socket_out(const struct eve_socket *s) {
	return &s->out;
}
