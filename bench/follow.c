// SPDX-License-Identifier: BSD-3-Clause
// A crowd of event subscribers: N that read, and some that never do after their first bytes.
//
// Usage: follow PORT READING STUCK TOKEN
//
// Prints "ready" when all have their snapshot, and then for each `event: rule` a line with the time
// (CLOCK_MONOTONIC, ns) at which the first and the last of those that read had it.  Ends with its
// input.

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX (1 << 20)
#define STUCK_BUFFER 4096

struct reader {
	int fd;
	bool ready;
	unsigned int events;
	unsigned int matched; // of the mark, across pieces
	unsigned int ended; // of the snapshot's end
};

static const char mark[] = "\nevent: rule\n", snapshot_end[] = "\nevent: snapshot_end\n";
static uint32_t had[EVENTS_MAX]; // how many readers have had each event
static uint64_t first_ns[EVENTS_MAX];

static uint64_t
now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int
open_stream(int port, int buffer, const char *token) {
	char ask[512];
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd >= 0 && buffer)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) {
		perror("follow: connect");
		exit(1);
	}
	int n = snprintf(
		ask,
		sizeof ask,
		"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n%s%s%s\r\n",
		token[0] ? "Authorization: Bearer " : "",
		token,
		token[0] ? "\r\n" : ""
	);
	if (write(fd, ask, (size_t)n) != n)
		exit(1);
	return fd;
}

// True at the last byte of `text`, wherever the pieces were cut.
static bool
step(const char *text, unsigned int *at, char c) {
	*at = c == text[*at] ? *at + 1 : c == text[0];
	if (text[*at])
		return false;
	*at = 1; // the last byte is a newline, and so is the first
	return true;
}

static void
take(struct reader *r, unsigned int readers, unsigned int *ready) {
	char text[65536];
	ssize_t n = read(r->fd, text, sizeof text);
	if (n <= 0) {
		fprintf(stderr, "follow: a stream ended\n");
		exit(1);
	}
	if (!r->ready && r->ended == 0 && strncmp(text, "HTTP/1.1 200", 12) != 0) {
		fprintf(stderr, "follow: %.*s\n", (int)(n < 300 ? n : 300), text);
		exit(1);
	}
	for (ssize_t i = 0; i < n; i++) {
		if (!r->ready && step(snapshot_end, &r->ended, text[i])) {
			r->ready = true;
			*ready += 1;
		}
		if (!step(mark, &r->matched, text[i]))
			continue;
		unsigned int e = r->events++;
		if (e >= EVENTS_MAX)
			continue;
		if (had[e]++ == 0)
			first_ns[e] = now_ns();
		if (had[e] == readers) {
			printf("%llu %llu\n",
			       (unsigned long long)first_ns[e],
			       (unsigned long long)now_ns());
			fflush(stdout);
		}
	}
}

static void
raise_limit(unsigned int count) {
	struct rlimit l;
	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_cur = count + 64 < l.rlim_max ? count + 64 : l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

int
main(int argc, char **argv) {
	if (argc != 5)
		return 2;
	unsigned int readers = (unsigned int)atoi(argv[2]), stuck = (unsigned int)atoi(argv[3]);
	unsigned int ready = 0;
	bool told = false;
	raise_limit(readers + stuck);
	struct reader *all = calloc(readers, sizeof *all);
	struct epoll_event ev[64];
	int poll = epoll_create1(0);
	for (unsigned int i = 0; i < stuck; i++)
		open_stream(atoi(argv[1]), STUCK_BUFFER, argv[4]);
	for (unsigned int i = 0; i < readers; i++) {
		all[i].fd = open_stream(atoi(argv[1]), 0, argv[4]);
		ev[0] = (struct epoll_event){.events = EPOLLIN, .data.ptr = &all[i]};
		epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &ev[0]);
	}
	ev[0] = (struct epoll_event){.events = EPOLLIN, .data.ptr = NULL};
	epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &ev[0]);
	for (;;) {
		int n = epoll_wait(poll, ev, 64, -1);
		for (int i = 0; i < n; i++) {
			if (!ev[i].data.ptr)
				return 0;
			take(ev[i].data.ptr, readers, &ready);
		}
		if (!told && ready == readers) {
			told = true;
			puts("ready");
			fflush(stdout);
		}
	}
}
