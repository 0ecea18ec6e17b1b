// SPDX-License-Identifier: BSD-3-Clause
// The keys mqtt.… and provider_mqtt.…: the household's own broker and what it is told, and the
// access provider's.
//
// Threads: the core thread.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MQTT_CONFIG_ERROR 200

struct mqtt_broker {
	char host[254];
	uint64_t port; // 0: the usual one
	unsigned int version; // which word of its key
	bool tls;
	char ca[1024];
	char certificate[1024];
	char key[1024];
	char username[257];
	char password[513];
	char client_id[129]; // empty: prefix and gateway
	char prefix[65]; // of every topic of ours
	char gateway[65]; // the topics' second part; empty: an id that is made once
	uint64_t keepalive_s;
};

struct mqtt_config {
	bool enabled;
	struct mqtt_broker broker;
	uint64_t every_s; // a device's state, unless something about it changed
	uint64_t qos; // of events
	bool flows; // connections are told too
	bool commands;
	bool homeassistant;
	char homeassistant_prefix[65];
};

struct provider_mqtt_config {
	bool enabled;
	struct mqtt_broker broker;
};

unsigned int mqtt_broker_port(const struct mqtt_broker *b);
// What no single key shows, and in ret_key which one is wrong.
int mqtt_config_check(
	const struct mqtt_config *c,
	const struct provider_mqtt_config *p,
	const char **ret_key,
	char ret_error[MQTT_CONFIG_ERROR]
);
