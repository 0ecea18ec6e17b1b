// SPDX-License-Identifier: BSD-3-Clause
// The smallest client that is honest: a deadline on every wait, every length checked.

#include "control/spinctl/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
not_running(const struct cli *c, const char *path, int error) {
	fprintf(stderr,
		"spinctl: spin-control is not running (no answer on %s: %s): start it with "
		"\"systemctl start spin-control\" or scripts/demo, or name its folder with "
		"--run-dir\n",
		path,
		strerror(error));
	(void)c;
	return EXIT_NOT_RUNNING;
}

static int
open_socket(const struct cli *c, int *ret_fd) {
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int n = snprintf(to.sun_path, sizeof(to.sun_path), "%s/api.sock", c->run_dir);
	if (n < 0 || (size_t)n >= sizeof(to.sun_path)) {
		return usage(c->command, "the path %s is too long for a socket", c->run_dir);
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		int error = errno;
		if (fd >= 0) {
			close(fd);
		}
		if (error == EACCES || error == EPERM) {
			fprintf(stderr,
				"spinctl: not allowed to use %s: run it as root or as a member of "
				"group spin-admin\n",
				to.sun_path);
			return EXIT_DENIED;
		}
		return not_running(c, to.sun_path, error);
	}
	*ret_fd = fd;
	return EXIT_OK;
}

static int
send_all(struct connection *s, const char *text, size_t length) {
	for (size_t at = 0; at < length;) {
		ssize_t sent = send(s->fd, text + at, length - at, MSG_NOSIGNAL);
		if (sent < 0) {
			return answer_broken("cannot be asked for: the connection closed");
		}
		at += (size_t)sent;
	}
	return EXIT_OK;
}

int
connection_request(
	const struct cli *c,
	struct connection *s,
	const char *method,
	const char *path,
	const char *body
) {
	int r = open_socket(c, &s->fd);
	if (r) {
		return r;
	}
	char *text;
	size_t length = s->bytes ? s->bytes_length : body ? strlen(body) : 0;
	int n = asprintf(
		&text,
		"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n"
		"%s%s\r\n%s",
		method,
		path,
		length,
		s->bytes       ? "Content-Type: application/octet-stream\r\n"
			: body ? "Content-Type: application/json\r\n"
			       : "",
		s->header_line ? s->header_line : "",
		body ? body : ""
	);
	if (n < 0) {
		return answer_broken("cannot be asked for: out of memory");
	}
	r = send_all(s, text, (size_t)n);
	free(text);
	return r == EXIT_OK && s->bytes ? send_all(s, s->bytes, length) : r;
}

int
connection_receive(struct connection *s, int wait_ms) {
	if (s->size - s->have < 16384) {
		size_t size = s->size ? s->size * 2 : 65536;
		char *buffer = size <= CONNECTION_BYTES_MAX ? realloc(s->buffer, size) : NULL;
		if (!buffer) {
			return -answer_broken("is too large");
		}
		s->buffer = buffer;
		s->size = size;
	}
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	int r;
	do {
		r = poll(&p, 1, wait_ms);
	} while (r < 0 && errno == EINTR);
	if (r <= 0) {
		return -answer_broken("did not come in time");
	}
	ssize_t n = recv(s->fd, s->buffer + s->have, s->size - s->have - 1, 0);
	if (n <= 0) {
		return 0;
	}
	s->have += (size_t)n;
	s->buffer[s->have] = 0;
	return 1;
}

static const char *
header(const struct connection *s, const char *name) {
	size_t n = strlen(name);
	for (const char *at = s->buffer; at && at < s->buffer + s->head;) {
		if (strncasecmp(at, name, n) == 0 && at[n] == ':') {
			return at + n + 1 + strspn(at + n + 1, " ");
		}
		at = strstr(at, "\r\n");
		at = at ? at + 2 : NULL;
	}
	return NULL;
}

int
connection_head(struct connection *s) {
	while (!s->head) {
		int r = connection_receive(s, CONNECTION_WAIT_MS);
		if (r <= 0) {
			return r < 0 ? -r : answer_broken("never came: the connection closed");
		}
		char *end = strstr(s->buffer, "\r\n\r\n");
		s->head = end ? (size_t)(end + 4 - s->buffer) : 0;
	}
	if (sscanf(s->buffer, "HTTP/1.1 %d", &s->status) != 1) {
		return answer_broken("is not HTTP");
	}
	const char *length = header(s, "content-length");
	const char *coding = header(s, "transfer-encoding");
	s->content_length = length ? strtol(length, NULL, 10) : -1;
	s->chunked = coding && strncasecmp(coding, "chunked", 7) == 0;
	return EXIT_OK;
}

void
connection_close(struct connection *s) {
	if (s->fd >= 0) {
		close(s->fd);
	}
	free(s->buffer);
}

int
connection_body(struct connection *s, struct answer *ret) {
	size_t want = s->content_length >= 0 ? s->head + (size_t)s->content_length : SIZE_MAX;
	while (s->have < want) {
		int r = connection_receive(s, CONNECTION_WAIT_MS);
		if (r < 0) {
			return -r;
		}
		if (r == 0) {
			break;
		}
	}
	if (s->chunked || (want != SIZE_MAX && s->have < want)) {
		return answer_broken("ended too early");
	}
	ret->length = s->have - s->head;
	ret->body = malloc(ret->length + 1);
	if (!ret->body) {
		return answer_broken("is too large");
	}
	memcpy(ret->body, s->buffer + s->head, ret->length);
	ret->body[ret->length] = 0;
	return EXIT_OK;
}
