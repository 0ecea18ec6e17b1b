// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ipfix/link.h"

#include "control/clock.h"
#include "control/export/ipfix/flight.h"
#include "control/export/ipfix/message.h"
#include "control/export/resolve.h"
#include "control/export/tls.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <ev.h>

#include <assert.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_MAX_S 30
#define TRUST_S 3 // a datagram that was not refused for so long was taken
#define PATIENCE_S 15 // for an address, a connection, a handshake
#define STUCK_S 5 // so long a connection may take nothing
#define BUFFER_BYTES 65536 // the kernel's, of which nobody knows whether it arrives

enum step {
	AWAY,
	RESOLVING,
	CONNECTING,
	SHAKING,
	UP
};

struct ipfix_link {
	struct ev_loop *loop;
	const struct ipfix_config *config;
	struct ipfix_link_user user;
	enum step step;
	struct resolve resolve;
	struct resolved found;
	unsigned int next; // of its addresses
	int fd;
	struct ev_io io;
	SSL_CTX *context;
	SSL *ssl;
	struct export_tls tls;
	uint64_t deadline_ns; // monotonic, of the step
	uint64_t retry_ns;
	uint64_t trusted_ns;
	unsigned int retry_s;
	uint8_t message[IPFIX_MESSAGE_MAX];
	size_t length, gone; // of it; length 0: there is room
	unsigned int records;
	uint64_t moved_ns; // monotonic; when some of it went
	struct ipfix_flight flight;
	uint64_t sent, lost, contact_ns;
	char error[EXPORT_ERROR];
};

static bool
is_udp(const struct ipfix_link *l) {
	return l->config->transport == IPFIX_UDP;
}

static void
hang_up(struct ipfix_link *l) {
	if (l->fd < 0)
		return;
	ev_io_stop(l->loop, &l->io);
	SSL_free(l->ssl);
	l->ssl = NULL;
	close(l->fd);
	l->fd = -1;
	l->lost += l->records;
	l->length = l->gone = 0;
	l->records = 0;
}

static void
give_up(struct ipfix_link *l, const char *why) {
	hang_up(l);
	resolve_end(&l->resolve);
	l->step = AWAY;
	snprintf(l->error, sizeof l->error, "%s", why);
	l->retry_s = l->retry_s ? MIN_OF(2 * l->retry_s, (unsigned int)RETRY_MAX_S) : 1;
	l->retry_ns = clock_mono_ns() + l->retry_s * NS_PER_S;
}

static void connect_next(struct ipfix_link *l);

static void
fail(struct ipfix_link *l, int error) {
	char why[EXPORT_ERROR];

	if (l->step == UP && !is_udp(l))
		l->lost += ipfix_flight_unheard(&l->flight, l->fd, l->gone);
	else if (l->step == UP && error == ECONNREFUSED) // the datagram before
		l->lost += ipfix_flight_records(&l->flight, 1);
	if (l->step == CONNECTING && l->next < l->found.count) {
		hang_up(l);
		connect_next(l);
		return;
	}
	snprintf(why, sizeof why, "the collector takes nothing: %s", strerror(error));
	give_up(l, why);
}

static void
fail_tls(struct ipfix_link *l) {
	give_up(l,
		l->tls.wrong[0] ? l->tls.wrong : N_("the collector and we found no TLS in common"));
}

static void
watch(struct ipfix_link *l, int events) {
	if (ev_is_active(&l->io) && l->io.events == events)
		return;
	ev_io_stop(l->loop, &l->io);
	ev_io_set(&l->io, l->fd, events);
	ev_io_start(l->loop, &l->io);
}

static void
begin_step(struct ipfix_link *l, enum step step) {
	l->step = step;
	l->deadline_ns = clock_mono_ns() + PATIENCE_S * NS_PER_S;
}

// What a call into OpenSSL waits for; false: it failed.
static bool
ssl_waits(struct ipfix_link *l, int result) {
	int why = SSL_get_error(l->ssl, result);

	if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
		return false;
	watch(l, why == SSL_ERROR_WANT_WRITE ? EV_READ | EV_WRITE : EV_READ);
	return true;
}

static void
flush(struct ipfix_link *l) {
	while (l->length) {
		const uint8_t *from = l->message + l->gone;
		ssize_t n;
		if (l->ssl) {
			n = SSL_write(l->ssl, from, (int)(l->length - l->gone));
			if (n <= 0) {
				if (!ssl_waits(l, (int)n))
					fail(l, ECONNRESET);
				return;
			}
		} else {
			n = send(l->fd, from, l->length - l->gone, MSG_DONTWAIT | MSG_NOSIGNAL);
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
				watch(l, EV_READ | EV_WRITE);
				return;
			}
			if (n < 0) {
				fail(l, errno);
				return;
			}
		}
		l->gone += (size_t)n;
		l->moved_ns = clock_mono_ns();
		if (!is_udp(l))
			l->error[0] = 0; // it was stuck
		if (l->gone < l->length)
			continue;
		ipfix_flight_add(&l->flight, l->length, l->records);
		l->sent += l->records;
		l->contact_ns = clock_wall_ns();
		l->length = l->gone = 0;
		l->records = 0;
		watch(l, EV_READ);
		l->user.room(l->user.context);
	}
}

static void
come_up(struct ipfix_link *l) {
	l->step = UP;
	l->flight = (struct ipfix_flight){0};
	l->trusted_ns = clock_mono_ns() + TRUST_S * NS_PER_S;
	if (!is_udp(l)) {
		l->retry_s = 0;
		l->error[0] = 0;
	}
	watch(l, EV_READ);
	l->user.up(l->user.context);
}

static void
shake(struct ipfix_link *l) {
	int n = SSL_do_handshake(l->ssl);

	if (n == 1)
		come_up(l);
	else if (!ssl_waits(l, n))
		fail_tls(l);
}

static void
connected(struct ipfix_link *l) {
	int error = 0;
	socklen_t size = sizeof error;

	getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		fail(l, error);
		return;
	}
	if (l->config->transport != IPFIX_TLS) {
		come_up(l);
		return;
	}
	l->tls.wrong[0] = 0;
	l->ssl = SSL_new(l->context);
	if (!l->ssl || !SSL_set_fd(l->ssl, l->fd)) {
		fail(l, ENOMEM);
		return;
	}
	SSL_set_connect_state(l->ssl);
	begin_step(l, SHAKING);
	shake(l);
}

// A collector says nothing: reading tells that it is gone, or that nobody listens (UDP).
static bool
is_still_there(struct ipfix_link *l) {
	char any[1024];
	ssize_t n;

	if (l->ssl) {
		n = SSL_read(l->ssl, any, sizeof any);
		if (n > 0 || ssl_waits(l, (int)n))
			return true;
		fail(l, ECONNRESET);
		return false;
	}
	n = recv(l->fd, any, sizeof any, MSG_DONTWAIT);
	if (n > 0 || (n == 0 && is_udp(l)) || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return true;
	fail(l, n == 0 ? ECONNRESET : errno);
	return false;
}

static void
on_io(struct ev_loop *loop, struct ev_io *w, int revents) {
	struct ipfix_link *l = w->data;

	(void)loop;
	if (l->step == CONNECTING)
		connected(l);
	else if (l->step == SHAKING)
		shake(l);
	else if (!(revents & EV_READ) || is_still_there(l))
		flush(l);
}

static void
connect_next(struct ipfix_link *l) {
	int type = is_udp(l) ? SOCK_DGRAM : SOCK_STREAM;
	int buffer = BUFFER_BYTES;

	begin_step(l, CONNECTING);
	int r = resolved_connect(
		l->found.addresses[l->next++], ipfix_config_port(l->config), type, &l->fd
	);
	if (r == 0 || r == -EINPROGRESS)
		setsockopt(l->fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
	if (r == 0)
		connected(l);
	else if (r == -EINPROGRESS)
		watch(l, EV_WRITE);
	else
		fail(l, -r);
}

static void
on_resolved(void *context, const struct resolved *r) {
	struct ipfix_link *l = context;

	l->found = *r;
	l->next = 0;
	if (r->count == 0)
		give_up(l, r->error[0] ? r->error : "the collector's name has no address");
	else
		connect_next(l);
}

static void
reach(struct ipfix_link *l) {
	begin_step(l, RESOLVING);
	if (resolve_begin(&l->resolve, l->config->host) < 0)
		give_up(l, "the collector's name cannot be looked up");
}

int
ipfix_link_new(
	struct ev_loop *loop,
	const struct ipfix_config *config,
	const struct ipfix_link_user *user,
	struct ipfix_link **ret,
	char ret_error[EXPORT_ERROR]
) {
	struct ipfix_link *l = calloc(1, sizeof *l);

	snprintf(ret_error, EXPORT_ERROR, "out of memory");
	if (!l)
		return -ENOMEM;
	l->loop = loop;
	l->config = config;
	l->user = *user;
	l->fd = -1;
	l->tls = (struct export_tls){
		.whom = "collector",
		.host = config->host,
		.ca = config->ca,
		.certificate = config->certificate,
		.key = config->key,
	};
	if (config->transport == IPFIX_TLS && !(l->context = export_tls_new(&l->tls, ret_error))) {
		free(l);
		return -EINVAL;
	}
	ev_init(&l->io, on_io);
	l->io.data = l;
	resolve_init(&l->resolve, loop, on_resolved, l);
	reach(l);
	*ret = l;
	return 0;
}

void
ipfix_link_free(struct ipfix_link *l) {
	if (!l)
		return;
	resolve_end(&l->resolve);
	hang_up(l);
	SSL_CTX_free(l->context);
	free(l);
}

void
ipfix_link_second(struct ipfix_link *l) {
	uint64_t now = clock_mono_ns();

	if (l->step == AWAY && l->retry_ns <= now)
		reach(l);
	else if (l->step != AWAY && l->step != UP && l->deadline_ns <= now)
		fail(l, ETIMEDOUT);
	if (l->step != UP)
		return;
	if (l->length && l->moved_ns + STUCK_S * NS_PER_S <= now)
		snprintf(
			l->error,
			sizeof l->error,
			N_("the collector is connected and takes nothing")
		);
	else if (is_udp(l) && l->error[0] && l->trusted_ns <= now && is_still_there(l)) {
		l->retry_s = 0;
		l->error[0] = 0;
	}
}

bool
ipfix_link_is_doubted(const struct ipfix_link *l) {
	return l->error[0];
}

bool
ipfix_link_has_room(const struct ipfix_link *l) {
	return l->step == UP && l->length == 0;
}

void
ipfix_link_send(struct ipfix_link *l, const uint8_t *data, size_t length, unsigned int records) {
	assert(ipfix_link_has_room(l) && length <= sizeof l->message);
	memcpy(l->message, data, length);
	l->length = length;
	l->records = records;
	l->moved_ns = clock_mono_ns();
	flush(l);
}

void
ipfix_link_status(const struct ipfix_link *l, struct export_status *ret) {
	ret->state = l->error[0] ? EXPORT_FAILED : l->step == UP ? EXPORT_OK : EXPORT_CONNECTING;
	snprintf(ret->message, sizeof ret->message, "%s", l->error);
	ret->sent = l->sent;
	ret->lost = l->lost;
	ret->contact_ns = l->contact_ns;
}
