// SPDX-License-Identifier: BSD-3-Clause
// A connection to an MQTT broker, in the loop, kept up by itself.
//
// Shape:   whoever publishes and subscribes need not know whether it is up: messages wait in a
//          bounded queue, retained topics keep their newest value and are told again at each
//          connection, subscriptions are made again.  What stands retained under a claim and is
//          not ours any more, from an earlier run, is cleared.  A connection that breaks is tried
//          again after a random part of a span that doubles, so that a fleet does not come back
//          in one second.
// Units:   delays in seconds; topics and filters are UTF-8, as MQTT has them.
// Threads: the loop's, which nothing here holds up: names are looked up elsewhere (resolve.h).
// Errors:  mqtt_client_new says why it cannot be; all later ones are shown by the status, and what
//          is lost for them is counted.
// Source:  OASIS MQTT 3.1.1 and 5.0; control-stack.md 6 for libmosquitto in libev.

#pragma once

#include "control/export/adapter.h"

struct ev_loop;
struct mqtt_client;

#define MQTT_MESSAGE_MAX (64u << 10) // of one that comes in; a longer one is passed over
#define MQTT_TOPIC 256
#define MQTT_SUBSCRIPTIONS 32
#define MQTT_CLAIMS 8

struct mqtt_options {
	const char *host; // a name or an address
	unsigned int port;
	unsigned int version; // 3 (3.1.1) or 5
	bool tls;
	const char *ca, *certificate, *key; // files; "": none
	const char *username, *password; // "": none
	const char *client_id;
	unsigned int keepalive_s;
	const char *status_topic; // retained: "online", and by our will "offline"
};

// All texts are copied.
struct mqtt_client *
mqtt_client_new(struct ev_loop *loop, const struct mqtt_options *o, char ret_error[EXPORT_ERROR]);
// Says goodbye as far as the broker takes it at once; else it hears of it by our will.
void mqtt_client_free(struct mqtt_client *c); // takes NULL
// The same, once every retained topic of ours is empty, or after MQTT_FAREWELL_S; it frees itself.
#define MQTT_FAREWELL_S 10
void mqtt_client_farewell(struct mqtt_client *c);

void mqtt_publish(
	struct mqtt_client *c,
	const char *topic,
	const void *payload,
	size_t length,
	unsigned int qos
);
// The value of a retained topic from now on; no length: it is to be empty.
void mqtt_retain(struct mqtt_client *c, const char *topic, const void *payload, size_t length);

// The payload is followed by a NUL that does not count.
typedef void (*mqtt_heard
)(void *context, const char *topic, const char *payload, size_t length, bool retained);
// False: there are MQTT_SUBSCRIPTIONS.
bool mqtt_subscribe(
	struct mqtt_client *c,
	const char *filter,
	unsigned int qos,
	mqtt_heard heard,
	void *context
);
// Of the retained topics that the filter finds, those that begin so are ours.
bool mqtt_claim(struct mqtt_client *c, const char *filter, const char *begins);
// The broker has emptied those that nobody tells any more, and has all that is to be told.
bool mqtt_has_claimed(const struct mqtt_client *c);
// Told at each connection, once it stands.
void mqtt_on_connect(struct mqtt_client *c, void (*connected)(void *context), void *context);

// A retained topic is to be told once more.
void mqtt_again(struct mqtt_client *c, const char *topic);
// What calls back with this context does so no more.
void mqtt_leave(struct mqtt_client *c, const void *context);
// Of what we retain, every topic that begins so is to be empty.
void mqtt_clear(struct mqtt_client *c, const char *begins);

bool mqtt_is_connected(const struct mqtt_client *c);
void mqtt_client_status(const struct mqtt_client *c, struct export_status *ret);
// As the adapter's test: the broker confirms a message.
int mqtt_client_test(struct mqtt_client *c, export_done done, void *context);
