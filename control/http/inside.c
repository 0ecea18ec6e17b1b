// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/inside.h"

#include "control/http/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX (16 * 1024)
#define TARGET_MAX (8 * 1024)

struct inside {
	struct ev_loop *loop;
	struct ev_io io;
	struct ev_timer late;
	int fd;
	inside_done done;
	void *context;
	char *text; // the request, then the answer
	size_t length, size;
	size_t written;
	bool reads;
};

static void
inside_free(struct inside *i) {
	ev_io_stop(i->loop, &i->io);
	ev_timer_stop(i->loop, &i->late);
	close(i->fd);
	free(i->text);
	free(i);
}

void
inside_end(struct inside *i) {
	if (i)
		inside_free(i);
}

static void
finish(struct inside *i, const struct inside_answer *a) {
	i->done(i->context, a);
	inside_free(i);
}

static void
fail(struct inside *i, const char *why) {
	finish(i, &(struct inside_answer){.error = why, .type = "", .etag = "", .body = ""});
}

// The value of a header, in the head that ends its lines with NUL; "" when it is not there.
static const char *
value_of(const char *head, const char *end, const char *name) {
	size_t n = strlen(name);

	for (const char *line = head; line < end; line += strlen(line) + 1)
		if (strncasecmp(line, name, n) == 0 && line[n] == ':')
			return line + n + 1 + strspn(line + n + 1, " ");
	return "";
}

// We wrote it ourselves, so that it is well-formed; that it is whole, the length says.
static void
take_answer(struct inside *i) {
	char *end = memmem(i->text, i->length, "\r\n\r\n", 4);
	struct inside_answer a = {0};

	if (!end || sscanf(i->text, "HTTP/1.1 %3d", &a.status) != 1) {
		fail(i, "the answer broke off");
		return;
	}
	for (char *at = i->text; at < end + 2; at++)
		if (*at == '\r' || *at == '\n')
			*at = 0;
	a.body = end + 4;
	a.length = i->length - (size_t)(a.body - i->text);
	a.type = value_of(i->text, end, "content-type");
	a.etag = value_of(i->text, end, "etag");
	const char *length = value_of(i->text, end, "content-length");
	if (length[0] && strtoull(length, NULL, 10) != a.length)
		fail(i, "the answer broke off");
	else
		finish(i, &a);
}

// What has no length, such as events, may never end.
static bool
is_stream(const struct inside *i) {
	const char *end = memmem(i->text, i->length, "\r\n\r\n", 4);

	return end
		&& memmem(i->text, (size_t)(end - i->text), "\r\ntransfer-encoding:", 20) != NULL;
}

static bool
make_room(struct inside *i) {
	if (i->length + 1 < i->size)
		return true;
	char *larger = realloc(i->text, 2 * i->size);
	if (!larger)
		return false;
	i->size *= 2;
	i->text = larger;
	return true;
}

static void
read_answer(struct inside *i) {
	for (;;) {
		if (i->length > INSIDE_ANSWER_MAX + HEAD_MAX) {
			fail(i, "the answer is larger than 1 MiB: ask for less, or over HTTPS");
			return;
		}
		if (!make_room(i)) {
			fail(i, "out of memory");
			return;
		}
		ssize_t n = read(i->fd, i->text + i->length, i->size - i->length - 1);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0)
			break;
		i->length += (size_t)n;
		if (is_stream(i)) {
			fail(i, "the answer is a stream, which is to be had over HTTPS only");
			return;
		}
	}
	i->text[i->length] = 0;
	take_answer(i);
}

static void
write_request(struct inside *i) {
	ssize_t n = send(
		i->fd, i->text + i->written, i->length - i->written, MSG_NOSIGNAL | MSG_DONTWAIT
	);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		fail(i, "the request broke off");
		return;
	}
	i->written += n > 0 ? (size_t)n : 0;
	if (i->written < i->length)
		return;
	i->reads = true;
	i->length = 0;
	ev_io_stop(i->loop, &i->io);
	ev_io_set(&i->io, i->fd, EV_READ);
	ev_io_start(i->loop, &i->io);
}

static void
on_ready(struct ev_loop *loop, struct ev_io *w, int events) {
	struct inside *i = w->data;

	(void)loop;
	(void)events;
	if (i->reads)
		read_answer(i);
	else
		write_request(i);
}

static void
on_late(struct ev_loop *loop, struct ev_timer *w, int events) {
	(void)loop;
	(void)events;
	fail(w->data, "there was no answer within 30 seconds");
}

static bool
is_visible(const char *text, size_t most) {
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return n > 0 && n <= most;
}

static bool
is_request(const struct inside_request *q) {
	static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
	bool known = false;

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		known |= strcmp(q->method, methods[i]) == 0;
	return known && strncmp(q->target, "/api/", 5) == 0 && is_visible(q->target, TARGET_MAX)
		&& q->length <= HTTP_BODY_MAX;
}

bool
inside_header(char *lines, size_t size, const char *name, const char *value) {
	// Who asks, and from where, is not theirs to say.
	static const char *const may[] = {
		"accept", "if-match", "if-none-match", "idempotency-key", "accept-language"};
	size_t used = strlen(lines), n = strlen(value);

	for (size_t i = 0; i < n; i++)
		if (value[i] < ' ' || value[i] > '~')
			return false;
	for (size_t i = 0; i < sizeof may / sizeof *may; i++)
		if (strcasecmp(name, may[i]) == 0)
			return (size_t
			       )snprintf(lines + used, size - used, "%s: %s\r\n", may[i], value)
				< size - used;
	return false;
}

static bool
write_down(struct inside *i, const struct inside_request *q) {
	i->size = strlen(q->target) + strlen(q->headers) + q->length + 256;
	i->text = malloc(i->size);
	if (!i->text)
		return false;
	i->length = (size_t)snprintf(
		i->text,
		i->size,
		"%s %s HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n%s",
		q->method,
		q->target,
		q->headers
	);
	if (q->length)
		i->length += (size_t)snprintf(
			i->text + i->length,
			i->size - i->length,
			"content-type: application/json\r\ncontent-length: %zu\r\n",
			q->length
		);
	i->length += (size_t)snprintf(i->text + i->length, i->size - i->length, "\r\n");
	if (q->length)
		memcpy(i->text + i->length, q->body, q->length);
	i->length += q->length;
	return true;
}

int
inside_ask(
	struct http_server *s,
	const struct inside_request *q,
	inside_done done,
	void *context,
	struct inside **ret
) {
	int pair[2];

	if (!is_request(q))
		return -EINVAL;
	if (s->n_open[HTTP_PEER_INSIDE] >= s->max[HTTP_PEER_INSIDE])
		return -EBUSY;
	struct inside *i = calloc(1, sizeof *i);
	if (!i || !write_down(i, q)) {
		free(i);
		return -ENOMEM;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) {
		int error = errno;
		free(i->text);
		free(i);
		return -error;
	}
	i->loop = s->loop;
	i->fd = pair[0];
	i->done = done;
	i->context = context;
	ev_io_init(&i->io, on_ready, i->fd, EV_WRITE);
	ev_timer_init(&i->late, on_late, INSIDE_S, 0.);
	i->io.data = i->late.data = i;
	ev_io_start(s->loop, &i->io);
	ev_timer_start(s->loop, &i->late);
	connection_inside(s, pair[1], &q->as, q->source);
	*ret = i;
	return 0;
}
