// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/resolve.h"

#include "control/text/language.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct question {
	int fd;
	char host[RESOLVE_HOST];
};

static void
look_up(const char *host, struct resolved *ret) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	int failed = getaddrinfo(host, NULL, &hints, &found);

	if (failed)
		snprintf(ret->error, sizeof ret->error, "%s", gai_strerror(failed));
	for (struct addrinfo *a = found; a && ret->count < RESOLVE_MAX; a = a->ai_next)
		if (getnameinfo(
			    a->ai_addr,
			    a->ai_addrlen,
			    ret->addresses[ret->count],
			    sizeof ret->addresses[0],
			    NULL,
			    0,
			    NI_NUMERICHOST
		    )
		    == 0)
			ret->count++;
	if (found)
		freeaddrinfo(found);
}

static void *
answer(void *context) {
	struct question *q = context;
	struct resolved r = {0};

	look_up(q->host, &r);
	// Nobody there any more is no news.
	(void)!send(q->fd, &r, sizeof r, MSG_NOSIGNAL);
	close(q->fd);
	free(q);
	return NULL;
}

static int
start(struct question *q) {
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, before;

	if (pthread_attr_init(&attributes))
		return -ENOMEM;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	sigfillset(&all); // signals are the loop's
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&thread, &attributes, answer, q);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return -failed;
}

static void
on_readable(struct ev_loop *loop, struct ev_io *w, int events) {
	struct resolve *r = w->data;
	struct resolved answered = {0};
	ssize_t n = recv(r->fd, &answered, sizeof answered, MSG_DONTWAIT);

	(void)loop;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != sizeof answered)
		answered = (struct resolved){.error = N_("the resolver gave no answer")};
	resolve_end(r);
	r->done(r->context, &answered);
}

static socklen_t
address_of(const char *text, unsigned int port, struct sockaddr_storage *ret) {
	struct sockaddr_in *four = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;

	*ret = (struct sockaddr_storage){0};
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		return sizeof *four;
	}
	if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1)
		return 0;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	return sizeof *six;
}

int
resolved_connect(const char *address, unsigned int port, int type, int *ret_fd) {
	struct sockaddr_storage a;
	socklen_t size = address_of(address, port, &a);

	if (!size)
		return -EAFNOSUPPORT;
	int fd = socket(a.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int r = connect(fd, (struct sockaddr *)&a, size) < 0 ? -errno : 0;
	if (r < 0 && r != -EINPROGRESS) {
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return r;
}

void
resolve_init(struct resolve *r, struct ev_loop *loop, resolve_done done, void *context) {
	*r = (struct resolve){.loop = loop, .fd = -1, .done = done, .context = context};
}

int
resolve_begin(struct resolve *r, const char *host) {
	struct question *q = calloc(1, sizeof *q);
	int pair[2];

	if (!q)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		free(q);
		return -errno;
	}
	q->fd = pair[1];
	snprintf(q->host, sizeof q->host, "%s", host);
	int failed = start(q);
	if (failed) {
		close(pair[0]);
		close(pair[1]);
		free(q);
		return failed;
	}
	resolve_end(r);
	r->fd = pair[0];
	ev_io_init(&r->readable, on_readable, r->fd, EV_READ);
	r->readable.data = r;
	ev_io_start(r->loop, &r->readable);
	return 0;
}

void
resolve_end(struct resolve *r) {
	if (r->fd < 0)
		return;
	ev_io_stop(r->loop, &r->readable);
	close(r->fd);
	r->fd = -1;
}
