// SPDX-License-Identifier: BSD-3-Clause

#include "control/clock.h"
#include "control/export/mqtt/client_own.h"
#include "control/text/language.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONLINE "online"

// Every text of the options, and its length.
#define TEXTS(X)                                                                                   \
	X(host)                                                                                    \
	X(ca)                                                                                      \
	X(certificate)                                                                             \
	X(key)                                                                                     \
	X(username)                                                                                \
	X(password)                                                                                \
	X(client_id)                                                                               \
	X(status_topic)

static bool
copy_options(struct mqtt_client *c, const struct mqtt_options *o) {
	size_t size = 0;

	c->is = *o;
#define X(text) size += strlen(o->text) + 1;
	TEXTS(X)
#undef X
	char *at = c->texts = malloc(size);
	if (!at)
		return false;
#define X(text)                                                                                    \
	c->is.text = strcpy(at, o->text);                                                          \
	at += strlen(at) + 1;
	TEXTS(X)
#undef X
	return true;
}

static void
release(struct mqtt_client *c) {
	SSL_CTX_free(c->tls_context);
	outbox_fini(&c->out);
	if (c->texts)
		explicit_bzero(c->texts + (c->is.password - c->texts), strlen(c->is.password));
	free(c->texts);
	free(c);
}

struct mqtt_client *
mqtt_client_new(struct ev_loop *loop, const struct mqtt_options *o, char ret_error[EXPORT_ERROR]) {
	struct mqtt_client *c = calloc(1, sizeof *c);

	if (!c || mosquitto_lib_init() != MOSQ_ERR_SUCCESS || !copy_options(c, o)) {
		snprintf(ret_error, EXPORT_ERROR, "out of memory");
		free(c);
		return NULL;
	}
	outbox_init(&c->out);
	c->loop = loop;
	c->tls = (struct export_tls){
		.whom = "broker",
		.host = c->is.host,
		.ca = c->is.ca,
		.certificate = c->is.certificate,
		.key = c->is.key,
	};
	if (o->tls && !(c->tls_context = export_tls_new(&c->tls, ret_error))) {
		release(c);
		return NULL;
	}
	outbox_retain(&c->out, c->is.status_topic, ONLINE, strlen(ONLINE));
	link_init(c);
	link_begin(c);
	return c;
}

static void
goodbye(struct mqtt_client *c) {
	if (!c->m || c->state != EXPORT_OK)
		return;
	c->inside = true;
	if (!c->farewell_ns)
		mosquitto_publish(c->m, NULL, c->is.status_topic, 7, "offline", 1, true);
	// Who leaves without it is spoken for by his will.
	if (!mosquitto_want_write(c->m) && (!c->farewell_ns || outbox_waiting(&c->out) == 0))
		mosquitto_disconnect(c->m);
	c->inside = false;
}

void
mqtt_client_free(struct mqtt_client *c) {
	if (!c)
		return;
	talk_test_ends(c, "it was switched off meanwhile");
	c->subscriptions_count = c->connect_count = 0;
	c->dying = true;
	if (c->inside)
		return; // on_ready does it
	goodbye(c);
	link_fini(c);
	release(c);
}

void
mqtt_client_farewell(struct mqtt_client *c) {
	if (!c)
		return;
	talk_test_ends(c, "it was switched off meanwhile");
	c->subscriptions_count = c->connect_count = 0;
	c->farewell_ns = clock_mono_ns();
	outbox_clear(&c->out, "");
}

void
mqtt_publish(
	struct mqtt_client *c,
	const char *topic,
	const void *payload,
	size_t length,
	unsigned int qos
) {
	outbox_publish(&c->out, topic, payload, length, qos);
	talk_pump(c);
}

void
mqtt_retain(struct mqtt_client *c, const char *topic, const void *payload, size_t length) {
	outbox_retain(&c->out, topic, payload, length);
	talk_pump(c);
}

bool
mqtt_subscribe(
	struct mqtt_client *c,
	const char *filter,
	unsigned int qos,
	mqtt_heard heard,
	void *context
) {
	if (c->subscriptions_count == MQTT_SUBSCRIPTIONS)
		return false;
	struct mqtt_subscription *s = &c->subscriptions[c->subscriptions_count++];
	*s = (struct mqtt_subscription){.qos = qos, .heard = heard, .context = context};
	snprintf(s->filter, sizeof s->filter, "%s", filter);
	if (mqtt_is_connected(c))
		mosquitto_subscribe(c->m, NULL, s->filter, (int)qos);
	return true;
}

bool
mqtt_claim(struct mqtt_client *c, const char *filter, const char *begins) {
	if (c->claims_count == MQTT_CLAIMS)
		return false;
	struct mqtt_claim *claim = &c->claims[c->claims_count++];
	snprintf(claim->filter, sizeof claim->filter, "%s", filter);
	snprintf(claim->begins, sizeof claim->begins, "%s", begins);
	if (mqtt_is_connected(c)) {
		mosquitto_subscribe(c->m, NULL, claim->filter, 0);
		c->claim_ns = clock_mono_ns();
	}
	return true;
}

bool
mqtt_has_claimed(const struct mqtt_client *c) {
	return mqtt_is_connected(c) && !c->claim_ns && outbox_waiting(&c->out) == 0;
}

void
mqtt_on_connect(struct mqtt_client *c, void (*connected)(void *context), void *context) {
	if (c->connect_count == MQTT_SUBSCRIPTIONS)
		return;
	c->connect[c->connect_count].connected = connected;
	c->connect[c->connect_count++].context = context;
	if (mqtt_is_connected(c))
		connected(context);
}

void
mqtt_again(struct mqtt_client *c, const char *topic) {
	outbox_again(&c->out, topic);
	talk_pump(c);
}

void
mqtt_leave(struct mqtt_client *c, const void *context) {
	unsigned int kept = 0;

	for (unsigned int i = 0; i < c->subscriptions_count; i++) {
		if (c->subscriptions[i].context != context)
			c->subscriptions[kept++] = c->subscriptions[i];
		else if (mqtt_is_connected(c))
			mosquitto_unsubscribe(c->m, NULL, c->subscriptions[i].filter);
	}
	c->subscriptions_count = kept;
	kept = 0;
	for (unsigned int i = 0; i < c->connect_count; i++)
		if (c->connect[i].context != context)
			c->connect[kept++] = c->connect[i];
	c->connect_count = kept;
}

void
mqtt_clear(struct mqtt_client *c, const char *begins) {
	outbox_clear(&c->out, begins);
	talk_pump(c);
}

bool
mqtt_is_connected(const struct mqtt_client *c) {
	return c->m && c->state == EXPORT_OK;
}

void
mqtt_client_status(const struct mqtt_client *c, struct export_status *ret) {
	ret->state = c->state;
	snprintf(ret->where, sizeof ret->where, "%.110s:%u", c->is.host, c->is.port);
	snprintf(ret->message, sizeof ret->message, "%s", c->message);
	ret->contact_ns = c->contact_ns;
	ret->sent = c->out.acknowledged;
	ret->waiting = outbox_waiting(&c->out);
	ret->lost = c->out.lost;
}

int
mqtt_client_test(struct mqtt_client *c, export_done done, void *context) {
	if (c->tested)
		return -EBUSY;
	if (!mqtt_is_connected(c)) {
		done(context, c->message[0] ? c->message : N_("the broker has not answered yet"));
		return 0;
	}
	c->tested = done;
	c->tested_context = context;
	c->test_ns = clock_mono_ns();
	outbox_again(&c->out, c->is.status_topic);
	talk_pump(c);
	return 0;
}
