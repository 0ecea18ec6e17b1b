// SPDX-License-Identifier: BSD-3-Clause
// Asks the same thing over kept connections, each again as soon as it was answered.
//
// Usage: http_load PORT CONNECTIONS PATH TOKEN      each line on its input is a number of seconds;
// for each it asks that long and prints "RESPONSES SECONDS".

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 1024
#define ANSWER_MAX 16384

struct link {
	int fd;
	size_t have;
	char answer[ANSWER_MAX];
};

static struct link links[CONNECTIONS_MAX];
static char ask[1024];
static size_t ask_length;

static double
now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
fail(const char *why, const struct link *l) {
	fprintf(stderr, "http_load: %s %.*s\n", why, (int)l->have, l->answer);
	exit(1);
}

static void
send_ask(const struct link *l) {
	if (write(l->fd, ask, ask_length) != (ssize_t)ask_length)
		fail("cannot send", l);
}

// True when an answer is whole.
static bool
take(struct link *l) {
	ssize_t n = read(l->fd, l->answer + l->have, ANSWER_MAX - 1 - l->have);
	if (n <= 0)
		fail("closed after", l);
	l->have += (size_t)n;
	l->answer[l->have] = 0;
	const char *end = strstr(l->answer, "\r\n\r\n");
	const char *length = end ? strcasestr(l->answer, "\r\ncontent-length: ") : NULL;
	if (!end)
		return false;
	if (strncmp(l->answer, "HTTP/1.1 200", 12) != 0 || !length || length > end)
		fail("unexpected", l);
	if (l->have < (size_t)(end + 4 - l->answer) + strtoul(length + 18, NULL, 10))
		return false;
	l->have = 0;
	return true;
}

static void
run(int poll, unsigned int count, double seconds) {
	struct epoll_event ev[128];
	unsigned long answers = 0;
	unsigned int open = count;
	double from = now(), until = from + seconds, at = from;
	for (unsigned int i = 0; i < count; i++)
		send_ask(&links[i]);
	while (open) {
		int n = epoll_wait(poll, ev, 128, -1);
		at = now();
		for (int i = 0; i < n; i++) {
			struct link *l = ev[i].data.ptr;
			if (!take(l))
				continue;
			answers++;
			if (at < until)
				send_ask(l);
			else
				open--;
		}
	}
	printf("%lu %.6f\n", answers, at - from);
	fflush(stdout);
}

int
main(int argc, char **argv) {
	if (argc != 5)
		return 2;
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(argv[1])),
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	unsigned int count = (unsigned int)atoi(argv[2]);
	int poll = epoll_create1(0), on = 1;
	ask_length = (size_t)snprintf(
		ask,
		sizeof ask,
		"GET %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s\r\n",
		argv[3],
		argv[4][0] ? "Authorization: Bearer " : "",
		argv[4],
		argv[4][0] ? "\r\n" : ""
	);
	for (unsigned int i = 0; i < count && i < CONNECTIONS_MAX; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &links[i]};
		links[i].fd = socket(AF_INET, SOCK_STREAM, 0);
		setsockopt(links[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		if (connect(links[i].fd, (struct sockaddr *)&to, sizeof to) < 0) {
			perror("http_load: connect");
			return 1;
		}
		epoll_ctl(poll, EPOLL_CTL_ADD, links[i].fd, &e);
	}
	char line[64];
	while (fgets(line, sizeof line, stdin))
		run(poll, count, atof(line));
	return 0;
}
