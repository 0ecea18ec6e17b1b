// SPDX-License-Identifier: BSD-3-Clause
// The connection itself: looked up, made, watched, and made again.
//
// One handle of libmosquitto is one connection: a handle that reconnects keeps what it had queued,
// without a bound that we know.

#include "control/clock.h"
#include "control/export/mqtt/client_own.h"
#include "control/text/language.h"
#include "platform/log.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

LOG_DOMAIN("mqtt");

#define CONNECT_S 15 // until the broker has said yes
#define RETRY_FIRST_S 4.0 // the span that the first delay is taken from
#define RETRY_LAST_S 120.0
#define RETRY_LEAST_S 0.25
#define STEADY_S 30 // a connection that lasted so long was a good one
#define UNREAD_MAX (1u << 20) // bytes that may come without making a packet
#define READS_MAX 64 // packets that one record of TLS may bring, at once

double
link_delay(unsigned int failures, double random) {
	double span = RETRY_FIRST_S;

	while (failures-- > 0 && span < RETRY_LAST_S)
		span *= 2;
	return RETRY_LEAST_S + random * (span < RETRY_LAST_S ? span : RETRY_LAST_S);
}

static double
random_part(void) {
	uint32_t n = 0;

	(void)!getrandom(&n, sizeof n, GRND_NONBLOCK);
	return n / (double)UINT32_MAX;
}

void
link_close(struct mqtt_client *c) {
	resolve_end(&c->resolve);
	ev_io_stop(c->loop, &c->io);
	if (c->m)
		mosquitto_destroy(c->m);
	c->m = NULL;
	c->claim_ns = 0;
	outbox_offline(&c->out);
}

void
link_fail(struct mqtt_client *c, const char *why) {
	// "localhost" is two addresses, and most brokers listen at one.
	bool another = c->m && c->tried > 0 && c->tried < c->addresses.count;

	// One that is closed again and again is no success: two may have taken the same client_id.
	if (c->state == EXPORT_OK && clock_mono_ns() > c->up_ns + STEADY_S * NS_PER_S)
		c->failures = 0;
	snprintf(c->message, sizeof c->message, "%s", why);
	c->state = EXPORT_FAILED;
	link_close(c);
	double delay = another ? RETRY_LEAST_S : link_delay(c->failures++, random_part());
	c->tried = another ? c->tried : 0;
	if (!another && strcmp(c->said, why) != 0) { // the same trouble is said once
		log_warn("%s:%u: %s; it is tried again", c->is.host, c->is.port, why);
		snprintf(c->said, sizeof c->said, "%s", why);
	}
	talk_test_ends(c, why);
	ev_timer_stop(c->loop, &c->retry);
	ev_timer_set(&c->retry, delay, 0.);
	ev_timer_start(c->loop, &c->retry);
}

// What a call of libmosquitto ended with.
static void
check(struct mqtt_client *c, int result) {
	char why[EXPORT_ERROR];
	int error = errno;

	if (result == MOSQ_ERR_SUCCESS && !c->broken)
		return;
	c->broken = false;
	if (c->refused[0])
		snprintf(why, sizeof why, "%s", c->refused);
	else if (c->tls.wrong[0])
		snprintf(why, sizeof why, "%s", c->tls.wrong);
	else if (result == MOSQ_ERR_ERRNO)
		snprintf(why, sizeof why, "%s", strerror(error));
	else if (result == MOSQ_ERR_KEEPALIVE)
		snprintf(why, sizeof why, N_("the broker has fallen silent"));
	else if (result == MOSQ_ERR_TLS)
		snprintf(why, sizeof why, N_("the broker speaks no TLS that we accept"));
	else if (result == MOSQ_ERR_CONN_LOST || result == MOSQ_ERR_NO_CONN)
		snprintf(
			why,
			sizeof why,
			c->state == EXPORT_OK ? N_("the broker closed the connection")
					      : N_("the broker closed the connection at once")
		);
	else
		snprintf(why, sizeof why, "the broker broke MQTT: %s", mosquitto_strerror(result));
	link_fail(c, why);
}

// --- What libmosquitto tells; it calls these from within its own functions ---

static void
on_connect(struct mosquitto *m, void *context, int result) {
	struct mqtt_client *c = context;

	(void)m;
	if (result == 0) {
		talk_connected(c);
		return;
	}
	const char *why = c->is.version == 5 ? mosquitto_reason_string(result)
					     : mosquitto_connack_string(result);
	snprintf(c->refused, sizeof c->refused, "the broker refuses us: %s", why);
	size_t n = strlen(c->refused); // some of its sentences end in a full stop
	if (n && c->refused[n - 1] == '.')
		c->refused[n - 1] = 0;
}

static void
on_disconnect(struct mosquitto *m, void *context, int result) {
	struct mqtt_client *c = context;

	(void)m;
	(void)result;
	c->broken = true;
}

static void
on_message(struct mosquitto *m, void *context, const struct mosquitto_message *message) {
	(void)m;
	talk_heard(context, message);
}

static void
on_publish(struct mosquitto *m, void *context, int number) {
	(void)m;
	talk_acknowledged(context, number);
}

static uint64_t
bytes_that_came(const struct mqtt_client *c) {
	struct tcp_info info = {0};
	socklen_t length = sizeof info;

	if (getsockopt(mosquitto_socket(c->m), IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
		return 0;
	return info.tcpi_bytes_received;
}

// It says "received" of every packet that was whole.
static void
on_log(struct mosquitto *m, void *context, int level, const char *text) {
	struct mqtt_client *c = context;

	(void)m;
	(void)level;
	if (strstr(text, " received ")) {
		c->came = bytes_that_came(c);
		c->contact_ns = clock_wall_ns();
	}
}

// --- Reading and writing ---

static void
on_ready(struct ev_loop *loop, struct ev_io *w, int events) {
	struct mqtt_client *c = w->data;
	int result = MOSQ_ERR_SUCCESS;

	(void)loop;
	c->inside = true;
	if (events & EV_WRITE)
		result = mosquitto_loop_write(c->m, 1);
	// What is left of a record of TLS, epoll knows nothing of.
	for (unsigned int i = 0; events & EV_READ && result == MOSQ_ERR_SUCCESS && !c->broken;
	     i++) {
		result = mosquitto_loop_read(c->m, 1);
		SSL *ssl = mosquitto_ssl_get(c->m);
		if (i == READS_MAX || !ssl || SSL_pending(ssl) == 0)
			break;
	}
	c->inside = false;
	if (c->dying) {
		mqtt_client_free(c);
		return;
	}
	if (result == MOSQ_ERR_SUCCESS && !c->broken && bytes_that_came(c) > c->came + UNREAD_MAX) {
		link_fail(c, "the broker sends a message without an end");
		return;
	}
	check(c, result);
	if (c->m)
		talk_pump(c);
}

static void
on_before(struct ev_loop *loop, struct ev_prepare *w, int events) {
	struct mqtt_client *c = w->data;
	int fd = c->m ? mosquitto_socket(c->m) : -1;
	SSL *ssl = c->m ? mosquitto_ssl_get(c->m) : NULL;

	(void)events;
	if (fd < 0) {
		ev_io_stop(loop, &c->io);
		return;
	}
	int want = EV_READ | (mosquitto_want_write(c->m) ? EV_WRITE : 0);
	// Whoever does not read our answers is not read: they would pile up in libmosquitto.
	if (c->state == EXPORT_OK && (want & EV_WRITE))
		want = EV_WRITE;
	if (!ev_is_active(&c->io) || c->io.fd != fd
	    || (c->io.events & (EV_READ | EV_WRITE)) != want) {
		ev_io_stop(loop, &c->io);
		ev_io_set(&c->io, fd, want);
		ev_io_start(loop, &c->io);
	}
	if (ssl && (want & EV_READ) && SSL_pending(ssl) > 0)
		ev_feed_event(loop, &c->io, EV_READ);
}

static void
on_tick(struct ev_loop *loop, struct ev_timer *w, int events) {
	struct mqtt_client *c = w->data;

	(void)loop;
	(void)events;
	if (c->m) {
		c->inside = true;
		int result = mosquitto_loop_misc(c->m);
		c->inside = false;
		check(c, result);
	}
	if (c->state == EXPORT_CONNECTING && (c->m || c->resolve.fd >= 0)
	    && clock_mono_ns() > c->since_ns + CONNECT_S * NS_PER_S)
		link_fail(c, c->m ? "the broker does not answer" : "its name cannot be looked up");
	talk_tick(c);
}

// --- Connecting ---

static int
prepare(struct mqtt_client *c) {
	const struct mqtt_options *o = &c->is;

	mosquitto_connect_callback_set(c->m, on_connect);
	mosquitto_disconnect_callback_set(c->m, on_disconnect);
	mosquitto_message_callback_set(c->m, on_message);
	mosquitto_publish_callback_set(c->m, on_publish);
	mosquitto_log_callback_set(c->m, on_log);
	mosquitto_int_option(
		c->m,
		MOSQ_OPT_PROTOCOL_VERSION,
		o->version == 5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
	);
	mosquitto_int_option(c->m, MOSQ_OPT_SEND_MAXIMUM, MQTT_IN_FLIGHT_MAX);
	mosquitto_int_option(c->m, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_int_option(c->m, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0);
	if (c->tls_context)
		mosquitto_void_option(c->m, MOSQ_OPT_SSL_CTX, c->tls_context);
	if (o->username[0])
		mosquitto_username_pw_set(c->m, o->username, o->password[0] ? o->password : NULL);
	return mosquitto_will_set(c->m, o->status_topic, 7, "offline", 1, true);
}

static void
connect_now(struct mqtt_client *c) {
	const char *address = c->addresses.addresses[c->address++ % c->addresses.count];

	c->tried++;
	c->refused[0] = c->tls.wrong[0] = 0;
	c->broken = false;
	c->came = 0;
	c->m = mosquitto_new(c->is.client_id, true, c);
	if (!c->m) {
		link_fail(c, "out of memory");
		return;
	}
	int result = prepare(c);
	c->inside = true;
	if (result == MOSQ_ERR_SUCCESS)
		result = mosquitto_connect_async(
			c->m, address, (int)c->is.port, (int)c->is.keepalive_s
		);
	c->inside = false;
	check(c, result);
}

static void
on_resolved(void *context, const struct resolved *r) {
	struct mqtt_client *c = context;
	char why[EXPORT_ERROR];

	if (r->count) {
		c->addresses = *r;
		connect_now(c);
		return;
	}
	snprintf(why, sizeof why, "its name has no address: %s", r->error[0] ? r->error : "none");
	link_fail(c, why);
}

void
link_begin(struct mqtt_client *c) {
	c->state = EXPORT_CONNECTING;
	c->since_ns = clock_mono_ns();
	int failed = resolve_begin(&c->resolve, c->is.host);
	if (failed)
		link_fail(c, strerror(-failed));
}

static void
on_retry(struct ev_loop *loop, struct ev_timer *w, int events) {
	(void)loop;
	(void)events;
	link_begin(w->data);
}

void
link_init(struct mqtt_client *c) {
	resolve_init(&c->resolve, c->loop, on_resolved, c);
	ev_init(&c->io, on_ready);
	ev_prepare_init(&c->before, on_before);
	ev_timer_init(&c->tick, on_tick, 1., 1.);
	ev_init(&c->retry, on_retry);
	c->io.data = c->before.data = c->tick.data = c->retry.data = c;
	ev_prepare_start(c->loop, &c->before);
	ev_timer_start(c->loop, &c->tick);
}

void
link_fini(struct mqtt_client *c) {
	link_close(c);
	ev_prepare_stop(c->loop, &c->before);
	ev_timer_stop(c->loop, &c->tick);
	ev_timer_stop(c->loop, &c->retry);
}
