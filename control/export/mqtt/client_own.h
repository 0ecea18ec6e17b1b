// SPDX-License-Identifier: BSD-3-Clause
// What the files of the client share.  Nobody else includes this.

#pragma once

#include "control/export/mqtt/client.h"
#include "control/export/mqtt/outbox.h"
#include "control/export/resolve.h"
#include "control/export/tls.h"

#include <ev.h>

#include <mosquitto.h>

#define MQTT_IN_FLIGHT_MAX 64 // messages that were sent and not acknowledged

struct mqtt_subscription {
	char filter[MQTT_TOPIC];
	unsigned int qos;
	mqtt_heard heard;
	void *context;
};

struct mqtt_claim {
	char filter[MQTT_TOPIC];
	char begins[MQTT_TOPIC];
};

struct mqtt_client {
	struct ev_loop *loop;
	// As asked for; one block of memory holds the texts.
	struct mqtt_options is;
	char *texts;
	struct export_tls tls;
	struct ssl_ctx_st *tls_context; // NULL: plain

	struct mosquitto *m; // one a connection; NULL: none is tried now
	struct resolve resolve;
	struct resolved addresses;
	unsigned int address; // that is tried next
	unsigned int tried; // of the addresses, since one was reached or all failed
	struct ev_io io;
	struct ev_prepare before; // the loop waits: who is waited for may have changed
	struct ev_timer tick;
	struct ev_timer retry;
	bool inside; // a call of libmosquitto: it must not be destroyed
	bool broken; // and will be, when that ends
	bool dying; // it is to be freed then

	enum export_state state;
	char message[EXPORT_ERROR];
	char said[EXPORT_ERROR]; // in the log, since it was connected
	char refused[EXPORT_ERROR]; // in the broker's own words; empty: it did not
	unsigned int failures; // in a row
	uint64_t since_ns; // monotonic: when it began to connect
	uint64_t up_ns; // monotonic: since it stands
	uint64_t farewell_ns; // monotonic: since it says farewell; 0: it does not
	uint64_t contact_ns; // wall
	uint64_t came; // bytes that had come when a packet was whole last
	uint64_t passed_over; // messages that were too long

	struct outbox out;
	bool publishing;
	int early; // acknowledged while it was published; 0: none
	struct mqtt_subscription subscriptions[MQTT_SUBSCRIPTIONS];
	unsigned int subscriptions_count;
	struct mqtt_claim claims[MQTT_CLAIMS];
	unsigned int claims_count;
	uint64_t claim_ns; // monotonic: when a retained message came last; 0: we do not look
	struct {
		void (*connected)(void *context);
		void *context;
	} connect[MQTT_SUBSCRIPTIONS];
	unsigned int connect_count;
	export_done tested; // NULL: nobody waits
	void *tested_context;
	uint64_t test_ns; // monotonic
};

// client_link.c
void link_init(struct mqtt_client *c);
void link_fini(struct mqtt_client *c);
void link_begin(struct mqtt_client *c); // looks up, then connects
void link_fail(struct mqtt_client *c, const char *why); // closes, and tries again later
void link_close(struct mqtt_client *c);
double link_delay(unsigned int failures, double random); // of 0 to 1

// client_talk.c
void talk_connected(struct mqtt_client *c);
void talk_heard(struct mqtt_client *c, const struct mosquitto_message *m);
void talk_acknowledged(struct mqtt_client *c, int number);
void talk_pump(struct mqtt_client *c); // as much as may be under way
void talk_tick(struct mqtt_client *c);
void talk_test_ends(struct mqtt_client *c, const char *error);
