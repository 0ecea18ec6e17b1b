// SPDX-License-Identifier: BSD-3-Clause

#include "control/dplink.h"

#include "control/clock.h"
#include "control/text/language.h"
#include "platform/log.h"

#include <ev.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

LOG_DOMAIN("dplink");

#define RETRY_FIRST_S 0.05
#define RETRY_LAST_S 0.5
#define MESSAGES_PER_TURN 64 // then HTTP has its turn

struct dplink {
	struct ev_loop *loop;
	struct dplink_events events;
	void *context;
	struct sockaddr_un address;
	int fd;
	bool up;
	double retry_s;
	struct ev_io readable;
	struct ev_timer retry;
	struct wire_hello hello; // of the dataplane
	uint64_t boot_id; // of the last one that was up
	uint64_t own_boot_id;
	uint64_t request;
	uint64_t since_ns;
	uint64_t up_ns; // monotonic: of the last HELLO
	uint64_t heard_ns;
	char message[256];
	char told[256]; // the message that stands in the log already
	_Alignas(8) uint8_t buffer[WIRE_MESSAGE_MAX];
	_Alignas(8) uint8_t out[WIRE_MESSAGE_MAX];
};

static void
retry_later(struct dplink *l) {
	ev_timer_stop(l->loop, &l->retry);
	ev_timer_set(&l->retry, l->retry_s, 0.);
	ev_timer_start(l->loop, &l->retry);
	l->retry_s = MIN_OF(l->retry_s * 2, RETRY_LAST_S);
}

static void
disconnect(struct dplink *l, const char *why) {
	bool was_up = l->up;

	if (l->fd >= 0) {
		ev_io_stop(l->loop, &l->readable);
		close(l->fd);
		l->fd = -1;
	}
	l->up = false;
	if (was_up) {
		l->since_ns = clock_wall_ns();
		// One that was good for a while is back soon; one that breaks at once is not
		// asked faster and faster.
		if (clock_mono_ns() - l->up_ns > NS_PER_S) {
			l->retry_s = RETRY_FIRST_S;
			l->told[0] = 0;
		}
	}
	snprintf(l->message, sizeof l->message, "%s", why);
	if (strcmp(l->told, l->message) != 0) {
		log_warn("%s", l->message);
		memcpy(l->told, l->message, sizeof l->told);
	}
	retry_later(l);
	if (was_up)
		l->events.down(l->context);
}

void
dplink_reset(struct dplink *l, const char *why) {
	if (l->fd >= 0)
		disconnect(l, why);
}

static int
send_message(struct dplink *l, const void *message, size_t length, int fd) {
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof fd)] = {0};
	struct iovec part = {.iov_base = (void *)(uintptr_t)message, .iov_len = length};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		m.msg_control = space;
		m.msg_controllen = sizeof space;
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	ssize_t n;
	do
		n = sendmsg(l->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

// One request with one record.
static int
send_request(struct dplink *l, enum wire_type type, const void *record, size_t size, int fd) {
	struct wire_writer w;

	wire_begin(&w, l->out, type, ++l->request);
	if (size > 0)
		memcpy(wire_add(&w, size), record, size);
	return send_message(l, l->out, w.length, fd);
}

static int
send_hello(struct dplink *l) {
	struct wire_hello h = {
		.magic = WIRE_MAGIC,
		.version = WIRE_VERSION,
		.boot_id = l->own_boot_id,
		.pid = (uint64_t)getpid(),
		.release = SPIN_RELEASE,
	};

	return send_request(l, WIRE_HELLO, &h, sizeof h, -1);
}

static int
send_image(struct dplink *l, enum wire_type type, uint64_t generation, int fd, size_t length) {
	const struct wire_rules r = {.generation = generation, .length = length};

	if (!l->up)
		return -ENOTCONN;
	int result = send_request(l, type, &r, sizeof r, fd);
	if (result < 0 && result != -EAGAIN) {
		disconnect(l, "The dataplane does not take the rules: its link broke.");
		return -ENOTCONN;
	}
	return result;
}

int
dplink_send_rules(struct dplink *l, uint64_t generation, int fd, size_t length) {
	return send_image(l, WIRE_RULES, generation, fd, length);
}

int
dplink_send_lists(struct dplink *l, uint64_t generation, int fd, size_t length) {
	return send_image(l, WIRE_LISTS, generation, fd, length);
}

int
dplink_send(struct dplink *l, enum wire_type type, const void *record, size_t size, int fd) {
	if (!l->up)
		return -ENOTCONN;
	int r = send_request(l, type, record, size, fd);
	if (r < 0 && r != -EAGAIN) {
		disconnect(l, "The dataplane does not listen: its link broke.");
		return -ENOTCONN;
	}
	return r;
}

int
dplink_ask_snapshot(struct dplink *l) {
	return l->up ? send_request(l, WIRE_SNAPSHOT, NULL, 0, -1) : -ENOTCONN;
}

static bool
take_hello(struct dplink *l, const struct wire_hello *h) {
	char why[256];

	l->hello = *h;
	l->hello.release[sizeof l->hello.release - 1] = 0;
	if (h->magic != WIRE_MAGIC || h->version != WIRE_VERSION) {
		snprintf(
			why,
			sizeof why,
			"The dataplane (release %s) speaks wire version %u and this control "
			"(release %s) "
			"version %u: install the same release of both.",
			l->hello.release,
			h->version,
			SPIN_RELEASE,
			WIRE_VERSION
		);
		disconnect(l, why);
		return false;
	}
	if (l->up)
		return true;
	bool new_run = h->boot_id != l->boot_id;
	l->boot_id = h->boot_id;
	l->up = true;
	l->since_ns = clock_wall_ns();
	l->up_ns = clock_mono_ns();
	l->message[0] = 0;
	log_info(
		"connected to the dataplane, release %s, pid %lu",
		l->hello.release,
		(unsigned long)h->pid
	);
	l->events.up(l->context, &l->hello, new_run);
	return l->up;
}

// Returns false when the link is gone.
static bool
take_message(struct dplink *l, size_t length) {
	const struct wire_header *h = (const void *)l->buffer;

	// Even of another version a HELLO begins the same, so that it can be named.
	bool hello = length >= sizeof *h + sizeof(struct wire_hello) && h->type == WIRE_HELLO;
	if (!hello && wire_check(l->buffer, length) < 0) {
		disconnect(
			l,
			"The dataplane sent a message that is none: install the same release of "
			"both."
		);
		return false;
	}
	if (hello)
		return take_hello(l, (const void *)(l->buffer + sizeof *h));
	if (!l->up) {
		disconnect(
			l,
			"The dataplane did not say hello first: install the same release of both."
		);
		return false;
	}
	l->events.message(l->context, h, l->buffer + sizeof *h);
	return l->fd >= 0;
}

static void
on_readable(struct ev_loop *loop, struct ev_io *w, int revents) {
	struct dplink *l = w->data;

	(void)loop;
	(void)revents;
	for (int i = 0; i < MESSAGES_PER_TURN; i++) {
		ssize_t n = recv(l->fd, l->buffer, sizeof l->buffer, MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			disconnect(l, "The dataplane is gone: it was stopped or it died.");
			return;
		}
		if ((size_t)n > sizeof l->buffer) {
			disconnect(
				l,
				"The dataplane sent too large a message: install the same release "
				"of both."
			);
			return;
		}
		l->heard_ns = clock_mono_ns();
		if (!take_message(l, (size_t)n))
			return;
	}
}

static void
try_connect(struct dplink *l) {
	char why[256];

	l->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || connect(l->fd, (struct sockaddr *)&l->address, sizeof l->address) < 0) {
		int reason = errno;
		if (reason == ENOENT || reason == ECONNREFUSED)
			snprintf(
				why,
				sizeof why,
				N_("The dataplane is not running: start spin-dataplane.")
			);
		else if (reason == EACCES)
			snprintf(
				why,
				sizeof why,
				"The dataplane's socket %.120s may not be opened: run both as one "
				"user.",
				l->address.sun_path
			);
		else
			snprintf(
				why,
				sizeof why,
				"The dataplane cannot be reached: %s.",
				strerror(reason)
			);
		disconnect(l, why);
		return;
	}
	ev_io_set(&l->readable, l->fd, EV_READ);
	ev_io_start(l->loop, &l->readable);
	snprintf(l->message, sizeof l->message, N_("The dataplane has not answered yet."));
	// Where it fails the reader learns more: a refused version stands in the other's HELLO.
	send_hello(l);
}

static void
on_retry(struct ev_loop *loop, struct ev_timer *w, int revents) {
	(void)loop;
	(void)revents;
	try_connect(w->data);
}

struct dplink *
dplink_new(
	struct ev_loop *loop,
	const char *run_dir,
	const struct dplink_events *events,
	void *context
) {
	struct dplink *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->loop = loop;
	l->events = *events;
	l->context = context;
	l->fd = -1;
	l->retry_s = RETRY_FIRST_S;
	l->since_ns = clock_wall_ns();
	l->address.sun_family = AF_UNIX;
	int n = snprintf(
		l->address.sun_path, sizeof l->address.sun_path, "%s/%s", run_dir, WIRE_SOCKET
	);
	if (n < 0 || (size_t)n >= sizeof l->address.sun_path
	    || getrandom(&l->own_boot_id, sizeof l->own_boot_id, 0) < 0) {
		free(l);
		errno = ENAMETOOLONG;
		return NULL;
	}
	ev_init(&l->readable, on_readable);
	l->readable.data = l;
	ev_timer_init(&l->retry, on_retry, 0., 0.);
	l->retry.data = l;
	ev_timer_start(loop, &l->retry);
	return l;
}

void
dplink_free(struct dplink *l) {
	if (!l)
		return;
	ev_timer_stop(l->loop, &l->retry);
	if (l->fd >= 0) {
		ev_io_stop(l->loop, &l->readable);
		close(l->fd);
	}
	free(l);
}

bool
dplink_is_up(const struct dplink *l) {
	return l->up;
}

const char *
dplink_message(const struct dplink *l) {
	return l->message;
}

uint64_t
dplink_since_ns(const struct dplink *l) {
	return l->since_ns;
}

uint64_t
dplink_heard_mono_ns(const struct dplink *l) {
	return l->heard_ns;
}

const struct wire_hello *
dplink_hello(const struct dplink *l) {
	return &l->hello;
}
