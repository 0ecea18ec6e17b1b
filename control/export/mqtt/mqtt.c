// SPDX-License-Identifier: BSD-3-Clause
// The adapter: one connection to the household's broker, and whoever uses it.

#include "control/export/mqtt/mqtt.h"

#include "control/core.h"
#include "control/export/adapters.h"
#include "control/export/mqtt/client.h"
#include "control/export/mqtt/gateway.h"
#include "control/export/mqtt/kept.h"
#include "control/export/mqtt/users.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("mqtt");

#define STATUS_LEVEL "/status"
#define PREFIX_FILE "homeassistant-prefix" // under which there may be descriptions of ours

static const struct mqtt_user *const users[] = {
#define X(name) &mqtt_user_##name,
	MQTT_USERS(X)
#undef X
};

#define N ARRAY_LEN(users)

struct mqtt {
	struct core *core;
	struct mqtt_client *client;
	char root[MQTT_ROOT];
	char host[254];
	uint64_t port;
	bool clean; // no description is left under another prefix
	void *self[N]; // NULL: it does not run
};

const char *
mqtt_root(const struct core *c, const struct mqtt_broker *b, char ret[MQTT_ROOT]) {
	char own[GATEWAY_NAME];

	snprintf(
		ret,
		MQTT_ROOT,
		"%s/%s",
		b->prefix,
		b->gateway[0] ? b->gateway : gateway_name(c->config->state_dir, own)
	);
	return ret;
}

struct mqtt_client *
mqtt_connect(
	const struct core *c,
	const struct mqtt_broker *b,
	const char *root,
	char ret_error[EXPORT_ERROR]
) {
	char status[MQTT_TOPIC], id[129];

	snprintf(status, sizeof status, "%s" STATUS_LEVEL, root);
	snprintf(id, sizeof id, "%.128s", b->client_id[0] ? b->client_id : root);
	const struct mqtt_options o = {
		.host = b->host,
		.port = mqtt_broker_port(b),
		.version = b->version == 1 ? 5 : 3,
		.tls = b->tls,
		.ca = b->ca,
		.certificate = b->certificate,
		.key = b->key,
		.username = b->username,
		.password = b->password,
		.client_id = id,
		.keepalive_s = (unsigned int)b->keepalive_s,
		.status_topic = status,
	};
	return mqtt_client_new(c->loop, &o, ret_error);
}

static bool
wanted(const struct config *c) {
	return c->mqtt.enabled;
}

// Its configuration may have changed; hers alone, without ours.
static void
fit_users(struct mqtt *m) {
	for (size_t i = 0; i < N; i++) {
		bool wants = users[i]->wanted(m->core->config);
		if (wants && !m->self[i])
			m->self[i] = users[i]->start(m->core, m->client);
		if (wants || !m->self[i])
			continue;
		users[i]->stop(m->self[i]);
		mqtt_leave(m->client, m->self[i]);
		m->self[i] = NULL;
	}
}

// Switched off, too: it may have been on in an earlier run.
static void
claim_descriptions(struct mqtt *m, const char *prefix) {
	char tree[MQTT_TOPIC], begins[MQTT_TOPIC], object[MQTT_ROOT];

	mqtt_object(m->root, object);
	snprintf(tree, sizeof tree, "%.64s/device/+/config", prefix);
	snprintf(begins, sizeof begins, "%.64s/device/%.128s/", prefix, object);
	mqtt_claim(m->client, tree, begins);
	snprintf(begins, sizeof begins, "%.64s/device/%.128s_dev_", prefix, object);
	mqtt_claim(m->client, tree, begins);
}

static void
claim_all_descriptions(struct mqtt *m) {
	const struct config *c = m->core->config;
	const char *prefix = c->mqtt.homeassistant_prefix;
	char before[sizeof c->mqtt.homeassistant_prefix];

	claim_descriptions(m, prefix);
	if (kept_read(c->state_dir, PREFIX_FILE, before, sizeof before) < 0)
		return;
	m->clean = strcmp(before, prefix) == 0;
	if (!m->clean)
		claim_descriptions(m, before);
}

// Only when the broker has done it: we may be ended before.
static void
keep_prefix(struct mqtt *m) {
	const struct config *c = m->core->config;

	if (m->clean || !mqtt_has_claimed(m->client))
		return;
	m->clean = true;
	int failed = kept_write(c->state_dir, PREFIX_FILE, c->mqtt.homeassistant_prefix);
	if (failed)
		log_warn("%s/" PREFIX_FILE ": %s, ignoring", c->state_dir, strerror(-failed));
}

static int
start(struct core *c, void **ret, char ret_error[EXPORT_ERROR]) {
	const struct mqtt_config *k = &c->config->mqtt;
	struct mqtt *m = calloc(1, sizeof *m);
	char tree[MQTT_TOPIC], begins[MQTT_TOPIC];

	if (!m) {
		snprintf(ret_error, EXPORT_ERROR, "out of memory");
		return -ENOMEM;
	}
	m->core = c;
	mqtt_root(c, &k->broker, m->root);
	snprintf(m->host, sizeof m->host, "%s", k->broker.host);
	m->port = k->broker.port;
	snprintf(tree, sizeof tree, "%s/#", m->root);
	snprintf(begins, sizeof begins, "%s/", m->root);
	m->client = mqtt_connect(c, &k->broker, m->root, ret_error);
	if (!m->client) {
		free(m);
		return -EINVAL;
	}
	mqtt_claim(m->client, tree, begins);
	claim_all_descriptions(m);
	fit_users(m);
	*ret = m;
	return 0;
}

static bool
is_where_it_was(const struct mqtt *m) {
	const struct mqtt_broker *b = &m->core->config->mqtt.broker;
	char root[MQTT_ROOT];

	return strcmp(m->host, b->host) == 0 && m->port == b->port
		&& strcmp(m->root, mqtt_root(m->core, b, root)) == 0;
}

static void
stop(void *self) {
	struct mqtt *m = self;

	for (size_t i = 0; i < N; i++)
		if (m->self[i])
			users[i]->stop(m->self[i]);
	// Switched off, or gone elsewhere: nothing of ours stays where it was.
	if (wanted(m->core->config) && is_where_it_was(m))
		mqtt_client_free(m->client);
	else
		mqtt_client_farewell(m->client);
	free(m);
}

static void
status(const void *self, struct export_status *ret) {
	const struct mqtt *m = self;

	mqtt_client_status(m->client, ret);
}

static int
test(void *self, export_done done, void *context) {
	struct mqtt *m = self;

	return mqtt_client_test(m->client, done, context);
}

// `call`, of every user that runs and listens for it.
#define TELL(hook, ...)                                                                            \
	for (size_t i = 0; i < N; i++)                                                             \
		if (m->self[i] && users[i]->hook)                                                  \
	users[i]->hook(m->self[i], ##__VA_ARGS__)

static void
on_flow(void *self, const struct flow *f, enum export_flow what) {
	struct mqtt *m = self;

	TELL(flow, f, what);
}

static void
on_name(void *self, const struct wire_name *w, const char *names) {
	struct mqtt *m = self;

	TELL(name_learned, w, names);
}

static void
on_alert(void *self, const struct state_alert *a) {
	struct mqtt *m = self;

	TELL(alert, a);
}

static void
on_flush(void *self) {
	struct mqtt *m = self;

	TELL(flush);
}

static void
on_second(void *self) {
	struct mqtt *m = self;

	fit_users(m);
	keep_prefix(m);
	TELL(second);
}

const struct export_adapter adapter_mqtt = {
	.name = "mqtt",
	.title = N_("MQTT and Home Assistant"),
	.tells = N_("Left the gateway: devices and whether they are here, alerts, "
		    "counters, and connections of devices at privacy level 0"),
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.status = status,
	.test = test,
	.flow = on_flow,
	.name_learned = on_name,
	.alert = on_alert,
	.flush = on_flush,
	.second = on_second,
};
