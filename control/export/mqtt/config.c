// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

// IANA: mqtt 1883, secure-mqtt 8883.
#define PORT 1883
#define PORT_TLS 8883

unsigned int
mqtt_config_port(const struct mqtt_config *c) {
	return c->port ? (unsigned int)c->port : c->tls ? PORT_TLS : PORT;
}

// One or more levels of a topic, in visible ASCII, which no broker minds.
static bool
is_levels(const char *text, bool one) {
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		bool slash = text[i] == '/';
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '+' || text[i] == '#')
			return false;
		if (slash && (one || i == 0 || i == n - 1 || text[i + 1] == '/'))
			return false;
	}
	return n > 0 && text[0] != '$';
}

int
mqtt_config_check(
	const struct mqtt_config *c,
	const char **ret_key,
	char ret_error[MQTT_CONFIG_ERROR]
) {
	const char *key = NULL, *right = NULL, *files = "write mqtt.tls: true, or leave it out";

	if (c->enabled && !c->host[0]) {
		key = "mqtt.enabled";
		right = "it needs mqtt.host, the broker's name or address";
	} else if (!is_levels(c->prefix, false)) {
		key = "mqtt.prefix";
		right = "write levels of a topic such as spin or home/spin, without + and #";
	} else if (!is_levels(c->homeassistant_prefix, false)) {
		key = "mqtt.homeassistant_prefix";
		right = "write levels of a topic such as homeassistant, without + and #";
	} else if (c->gateway[0] && !is_levels(c->gateway, true)) {
		key = "mqtt.gateway";
		right = "write one level of a topic such as gw-1, without /, + and #";
	} else if (c->password[0] && !c->username[0]) {
		key = "mqtt.password";
		right = "a password needs mqtt.username";
	} else if (!c->tls && c->ca[0]) {
		key = "mqtt.ca";
		right = files;
	} else if (!c->tls && c->certificate[0]) {
		key = "mqtt.certificate";
		right = files;
	} else if (c->key[0] && !c->certificate[0]) {
		key = "mqtt.key";
		right = "a key needs mqtt.certificate";
	}
	if (!key)
		return 0;
	*ret_key = key;
	snprintf(ret_error, MQTT_CONFIG_ERROR, "%s does not fit: %s", key, right);
	return -EINVAL;
}
