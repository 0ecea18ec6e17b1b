// SPDX-License-Identifier: BSD-3-Clause
// h2o's epoll descriptor as one ev_io of libev: one thread, no locks.
//
// h2o changes its epoll interest lazily at the start of the next run, and keeps finished writes
// in lists; so before libev sleeps, h2o runs until its lists are empty.  The descriptor is the
// int behind h2o's public loop struct; it is checked to be an epoll before it is trusted.
// control-stack.md 3b has the measurements.

#include "control/http/server.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LISTS_ROUNDS 4
#define SLEEP_MAX_MS 30000

static void
run(struct http_server *s) {
	// -1 is EINTR, or an epoll that failed: the next round tells.
	h2o_evloop_run(s->h2o, 0);
}

static bool
has_work(const struct http_server *s) {
	return s->h2o->_statechanged.head || s->h2o->_pending_as_client
		|| s->h2o->_pending_as_server;
}

static void
on_readable(struct ev_loop *loop, ev_io *w, int events) {
	(void)loop;
	(void)events;
	run(w->data);
}

static void
on_due(struct ev_loop *loop, ev_timer *w, int events) {
	(void)loop;
	(void)events;
	run(w->data);
}

static void
before_sleep(struct ev_loop *loop, ev_prepare *w, int events) {
	(void)events;
	struct http_server *s = w->data;
	language_speak(LANGUAGE_ENGLISH); // a request that was resumed, and waits again
	for (int i = 0; i < LISTS_ROUNDS && has_work(s); i++) {
		run(s);
	}
	uint64_t wait = SLEEP_MAX_MS;
	uint64_t at = h2o_timeout_get_wake_at(&s->h2o->_timeouts);
	if (has_work(s)) {
		wait = 0;
	} else if (at != UINT64_MAX) {
		// h2o's own clock, in wall-clock milliseconds.
		struct timeval now;
		gettimeofday(&now, NULL);
		uint64_t now_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_usec / 1000;
		uint64_t left = at > now_ms ? at - now_ms : 0;
		wait = left < SLEEP_MAX_MS ? left : SLEEP_MAX_MS;
	}
	ev_timer_stop(loop, &s->due);
	ev_timer_set(&s->due, (double)wait / 1000.0, 0.0);
	ev_timer_start(loop, &s->due);
}

static int
epoll_of(h2o_evloop_t *loop) {
	int fd;
	memcpy(&fd, (char *)loop + sizeof(*loop), sizeof(fd));
	char path[40], link[40] = "";
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(path, link, sizeof(link) - 1);
	return n > 0 && strcmp(link, "anon_inode:[eventpoll]") == 0 ? fd : -ENOTSUP;
}

int
loop_nest(struct http_server *s, char ret_message[HTTP_MESSAGE_MAX]) {
	s->h2o = h2o_evloop_create();
	int fd = epoll_of(s->h2o);
	if (fd < 0) {
		snprintf(
			ret_message,
			HTTP_MESSAGE_MAX,
			"this libh2o-evloop is laid out differently: 2.2.5 of Debian 12 is needed"
		);
		return fd;
	}
	ev_io_init(&s->readable, on_readable, fd, EV_READ);
	ev_init(&s->due, on_due);
	ev_prepare_init(&s->before, before_sleep);
	s->readable.data = s->due.data = s->before.data = s;
	ev_io_start(s->loop, &s->readable);
	ev_prepare_start(s->loop, &s->before);
	return 0;
}
