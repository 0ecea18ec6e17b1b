// SPDX-License-Identifier: BSD-3-Clause
// What is said over a connection that stands.

#include "control/clock.h"
#include "control/export/mqtt/client_own.h"
#include "platform/log.h"

#include <stdio.h>
#include <string.h>

LOG_DOMAIN("mqtt");

#define TEST_S 10
#define CLAIM_S 5 // without a retained message: all of them have come

void
talk_connected(struct mqtt_client *c) {
	log_info("%s:%u: connected", c->is.host, c->is.port);
	c->state = EXPORT_OK;
	c->message[0] = 0;
	c->said[0] = 0;
	c->tried = 0;
	c->up_ns = clock_mono_ns();
	c->contact_ns = clock_wall_ns();
	for (unsigned int i = 0; i < c->claims_count; i++)
		mosquitto_subscribe(c->m, NULL, c->claims[i].filter, 0);
	c->claim_ns = c->claims_count ? c->up_ns : 0;
	for (unsigned int i = 0; i < c->subscriptions_count; i++) {
		const struct mqtt_subscription *s = &c->subscriptions[i];
		mosquitto_subscribe(c->m, NULL, s->filter, (int)s->qos);
	}
	for (unsigned int i = 0; i < c->connect_count; i++)
		c->connect[i].connected(c->connect[i].context);
}

static bool
finds(const char *filter, const char *topic) {
	bool found = false;

	return mosquitto_topic_matches_sub(filter, topic, &found) == MOSQ_ERR_SUCCESS && found;
}

// From an earlier run, and nothing of ours any more.
static void
clear_stale(struct mqtt_client *c, const struct mosquitto_message *m) {
	for (unsigned int i = 0; i < c->claims_count; i++) {
		const struct mqtt_claim *claim = &c->claims[i];
		if (strncmp(m->topic, claim->begins, strlen(claim->begins)) != 0
		    || !finds(claim->filter, m->topic))
			continue;
		c->claim_ns = clock_mono_ns();
		if (!outbox_has(&c->out, m->topic))
			outbox_retain(&c->out, m->topic, NULL, 0);
	}
}

void
talk_heard(struct mqtt_client *c, const struct mosquitto_message *m) {
	const char *payload = m->payload ? m->payload : "";

	if (c->claim_ns && m->retain && m->payloadlen > 0)
		clear_stale(c, m);
	if (m->payloadlen > (int)MQTT_MESSAGE_MAX) {
		c->passed_over++;
		return;
	}
	for (unsigned int i = 0; i < c->subscriptions_count && !c->dying; i++) {
		const struct mqtt_subscription *s = &c->subscriptions[i];
		if (finds(s->filter, m->topic))
			s->heard(s->context, m->topic, payload, (size_t)m->payloadlen, m->retain);
	}
}

void
talk_test_ends(struct mqtt_client *c, const char *error) {
	export_done done = c->tested;

	c->tested = NULL;
	if (done)
		done(c->tested_context, error);
}

void
talk_acknowledged(struct mqtt_client *c, int number) {
	char topic[OUTBOX_TOPIC];

	c->contact_ns = clock_wall_ns();
	if (!outbox_acknowledged(&c->out, number, topic)) {
		c->early = c->publishing ? number : 0;
		return;
	}
	if (strcmp(topic, c->is.status_topic) == 0)
		talk_test_ends(c, NULL);
}

static bool
send_one(struct mqtt_client *c, struct outbox_message *m) {
	char topic[OUTBOX_TOPIC];
	int number = 0;

	c->publishing = true;
	c->early = 0;
	int result = mosquitto_publish(
		c->m, &number, m->topic, (int)m->length, m->payload, (int)m->qos, m->retained
	);
	c->publishing = false;
	switch (result) {
	case MOSQ_ERR_SUCCESS:
		outbox_sent(&c->out, m, number);
		if (c->early == number)
			outbox_acknowledged(&c->out, number, topic);
		return true;
	case MOSQ_ERR_INVAL:
	case MOSQ_ERR_MALFORMED_UTF8:
	case MOSQ_ERR_PAYLOAD_SIZE:
	case MOSQ_ERR_OVERSIZE_PACKET:
	case MOSQ_ERR_QOS_NOT_SUPPORTED:
	case MOSQ_ERR_RETAIN_NOT_SUPPORTED:
		outbox_drop(&c->out, m); // it would be refused again
		return true;
	default:
		return false; // the connection is going, or there is no memory
	}
}

// Not from within libmosquitto, whose functions may call it for messages to come.
void
talk_pump(struct mqtt_client *c) {
	struct outbox_message *m;

	if (c->state != EXPORT_OK || !c->m || c->inside)
		return;
	c->inside = true;
	while (!c->broken && c->out.in_flight < MQTT_IN_FLIGHT_MAX && (m = outbox_next(&c->out))
	       && send_one(c, m))
		;
	c->inside = false;
}

void
talk_tick(struct mqtt_client *c) {
	uint64_t now = clock_mono_ns();

	if (c->tested && now > c->test_ns + TEST_S * NS_PER_S)
		talk_test_ends(c, "the broker did not confirm a message within 10 seconds");
	if (c->m && c->claim_ns && now > c->claim_ns + CLAIM_S * NS_PER_S) {
		// Not who leaves next: the answer would meet a closed door, and our will be read.
		for (unsigned int i = 0; i < c->claims_count && !c->farewell_ns; i++)
			mosquitto_unsubscribe(c->m, NULL, c->claims[i].filter);
		c->claim_ns = 0;
	}
	bool over = c->state == EXPORT_OK && outbox_waiting(&c->out) == 0 && !c->claim_ns
		&& !mosquitto_want_write(c->m); // else our will would speak for us
	if (c->farewell_ns && (over || now > c->farewell_ns + MQTT_FAREWELL_S * NS_PER_S))
		mqtt_client_free(c);
	else
		talk_pump(c);
}
