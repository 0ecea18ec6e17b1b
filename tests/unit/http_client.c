// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/http_client.h"

#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
client_connect(int port) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

void
client_send(int fd, const char *text, size_t length) {
	while (length) {
		ssize_t n = send(fd, text, length, MSG_NOSIGNAL);
		if (n <= 0) {
			return; // the answer says why
		}
		text += n;
		length -= (size_t)n;
	}
}

// 0 at the end, -1 when the deadline passed.
static ssize_t
read_some(int fd, char *buffer, size_t size) {
	struct pollfd p = {.fd = fd, .events = POLLIN};
	if (poll(&p, 1, CLIENT_WAIT_MS) <= 0) {
		return -1;
	}
	ssize_t n = recv(fd, buffer, size, 0);
	return n < 0 ? 0 : n;
}

void
client_read(int fd, bool head, struct reply *ret) {
	char buffer[sizeof(ret->head) + sizeof(ret->body)];
	size_t have = 0, wanted = SIZE_MAX, head_length = 0;
	memset(ret, 0, sizeof(*ret));
	while (have < wanted) {
		ssize_t n = read_some(fd, buffer + have, sizeof(buffer) - 1 - have);
		assert_true(n >= 0 && "no answer in time");
		if (n == 0) {
			break;
		}
		have += (size_t)n;
		buffer[have] = 0;
		char *end = strstr(buffer, "\r\n\r\n");
		if (!end || head_length) {
			continue;
		}
		head_length = (size_t)(end + 4 - buffer);
		assert_true(head_length < sizeof(ret->head));
		for (size_t i = 0; i < head_length; i++) {
			ret->head[i] = (char)tolower((unsigned char)buffer[i]);
		}
		const char *length = strstr(ret->head, "content-length: ");
		wanted = head_length + (length && !head ? strtoul(length + 16, NULL, 10) : 0);
	}
	if (head_length) {
		ret->status = atoi(ret->head + 9);
		ret->length = have - head_length;
		memcpy(ret->body, buffer + head_length, ret->length);
	}
}

void
client_ask(int port, struct reply *ret, const char *format, ...) {
	char text[8192];
	va_list list;
	va_start(list, format);
	int n = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	int fd = client_connect(port);
	client_send(fd, text, (size_t)n);
	client_read(fd, strncmp(text, "HEAD", 4) == 0, ret);
	close(fd);
}

bool
client_wait(int fd, const char *text, char *buffer, size_t size, size_t *length) {
	size_t searched = 0, overlap = strlen(text);
	buffer[*length] = 0;
	while (!strstr(buffer + searched, text)) {
		searched = *length > overlap ? *length - overlap : 0;
		if (*length + 1 >= size) {
			return false;
		}
		ssize_t n = read_some(fd, buffer + *length, size - 1 - *length);
		if (n <= 0) {
			return false;
		}
		*length += (size_t)n;
		buffer[*length] = 0;
	}
	return true;
}

bool
client_closed(int fd) {
	char buffer[65536];
	for (;;) {
		ssize_t n = read_some(fd, buffer, sizeof(buffer));
		if (n <= 0) {
			return n == 0;
		}
	}
}

bool
reply_has(const struct reply *r, const char *header_line) {
	return strstr(r->head, header_line) != NULL;
}
