// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/config.h"

#include "control/text/language.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

// IANA: mqtt 1883, secure-mqtt 8883.
#define PORT 1883
#define PORT_TLS 8883

unsigned int
mqtt_broker_port(const struct mqtt_broker *b) {
	return b->port ? (unsigned int)b->port : b->tls ? PORT_TLS : PORT;
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

// The names of each broker's keys.
#define KEYS(X)                                                                                    \
	X(enabled)                                                                                 \
	X(prefix)                                                                                  \
	X(gateway)                                                                                 \
	X(password)                                                                                \
	X(ca)                                                                                      \
	X(certificate)                                                                             \
	X(key)

struct names {
#define X(key) const char *key;
	KEYS(X)
#undef X
};

static const struct names own = {
#define X(key) "mqtt." #key,
	KEYS(X)
#undef X
};
static const struct names providers = {
#define X(key) "provider_mqtt." #key,
	KEYS(X)
#undef X
};

static const char files[] = N_("it is of no use without TLS");

// What would be right, and the key; NULL: it is.
static const char *
wrong(const struct mqtt_broker *b, bool enabled, const struct names *k, const char **ret_key) {
	const struct {
		bool wrong;
		const char *key, *right;
	} rows[] = {
		{enabled && !b->host[0],
		 k->enabled,
		 N_("it needs a host, the broker's name or address")},
		{!is_levels(b->prefix, false),
		 k->prefix,
		 N_("write levels of a topic such as spin or home/spin, without + and #")},
		{b->gateway[0] && !is_levels(b->gateway, true),
		 k->gateway,
		 N_("write one level of a topic such as gw-1, without /, + and #")},
		{b->password[0] && !b->username[0], k->password, N_("a password needs a username")},
		{!b->tls && b->ca[0], k->ca, files},
		{!b->tls && b->certificate[0], k->certificate, files},
		{b->key[0] && !b->certificate[0], k->key, N_("a key needs a certificate")},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].wrong) {
			*ret_key = rows[i].key;
			return rows[i].right;
		}
	return NULL;
}

int
mqtt_config_check(
	const struct mqtt_config *c,
	const struct provider_mqtt_config *p,
	const char **ret_key,
	char ret_error[MQTT_CONFIG_ERROR]
) {
	const char *key, *right = wrong(&c->broker, c->enabled, &own, &key);

	if (!right)
		right = wrong(&p->broker, p->enabled, &providers, &key);
	if (!right && !is_levels(c->homeassistant_prefix, false)) {
		key = "mqtt.homeassistant_prefix";
		right = _("write levels of a topic such as homeassistant, without + and #");
	}
	if (!right)
		return 0;
	*ret_key = key;
	snprintf(ret_error, MQTT_CONFIG_ERROR, _("%s does not fit: %s"), key, _(right));
	return -EINVAL;
}
