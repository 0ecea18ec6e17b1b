// SPDX-License-Identifier: BSD-3-Clause
// Home Assistant finds the devices by itself: one retained description a device at
// PREFIX/device/<object>/config, told again when Home Assistant starts, and empty once the device
// is gone.  The states are those of topics.c, so they follow whoever changed them.

#include "control/clock.h"
#include "control/core.h"
#include "control/export/mqtt/client.h"
#include "control/export/mqtt/ha_describe.h"
#include "control/export/mqtt/mqtt.h"
#include "control/export/mqtt/users.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN_NS (2 * NS_PER_S)

struct described {
	uint64_t id;
	bool here; // at the last look
	bool moved; // since it was described
	uint64_t at_ns; // monotonic: when it was described
};

struct homeassistant {
	struct core *core;
	struct mqtt_client *client;
	char root[MQTT_ROOT];
	char object[MQTT_ROOT]; // "spin_gw-1": how the names of our objects begin
	struct map devices;
};

static const void *
key_of(const void *item, size_t *ret_length) {
	const struct described *d = item;

	*ret_length = sizeof d->id;
	return &d->id;
}

static bool
wanted(const struct config *c) {
	return c->mqtt.homeassistant;
}

// Letters, digits, underscore and hyphen are all that an object may have.
void
mqtt_object(const char *root, char ret[MQTT_ROOT]) {
	snprintf(ret, MQTT_ROOT, "%s", root);
	for (char *at = ret; *at; at++)
		if (!isalnum((unsigned char)*at) && *at != '-')
			*at = '_';
}

static void
topic_of(const struct homeassistant *h, const char *object, char ret[MQTT_TOPIC]) {
	snprintf(
		ret,
		MQTT_TOPIC,
		"%.64s/device/%.128s/config",
		h->core->config->mqtt.homeassistant_prefix,
		object
	);
}

static void
object_of(const struct homeassistant *h, uint64_t device, char ret[MQTT_TOPIC]) {
	char id[ID_TEXT];

	snprintf(ret, MQTT_TOPIC, "%s_%s", h->object, id_text("dev_", device, id));
}

static struct ha_place
place(const struct homeassistant *h) {
	return (struct ha_place
	){&h->core->state, h->root, h->object, h->core->config->mqtt.commands};
}

static void
tell(const struct homeassistant *h, const char *object, struct json *j) {
	char topic[MQTT_TOPIC];

	topic_of(h, object, topic);
	if (!j->failed)
		mqtt_retain(h->client, topic, j->text, j->length);
	json_free(j);
}

static void
describe(const struct homeassistant *h, const struct device *d) {
	const struct ha_place p = place(h);
	char object[MQTT_TOPIC];
	struct json j;

	object_of(h, d->id, object);
	json_init(&j);
	ha_describe(&p, d, object, &j);
	tell(h, object, &j);
}

static void
describe_gateway(const struct homeassistant *h) {
	const struct ha_place p = place(h);
	struct json j;

	json_init(&j);
	ha_describe_gateway(&p, &j);
	tell(h, h->object, &j);
}

static void
look_at(struct homeassistant *h, const struct device *d, bool all) {
	struct described *x = map_find(&h->devices, &d->id, sizeof d->id);
	bool fresh = !x;

	if (!x && (x = calloc(1, sizeof *x))) {
		x->id = d->id;
		if (map_put(&h->devices, x) < 0) {
			free(x);
			x = NULL;
		}
	}
	if (!x)
		return;
	x->here = true;
	uint64_t now = clock_mono_ns();
	x->moved |= d->changed;
	if (!fresh && !all && (!x->moved || now < x->at_ns + AGAIN_NS))
		return;
	describe(h, d); // the same again is not sent
	x->at_ns = now;
	x->moved = false;
}

// Those that the last look did not find.
static void
sweep(struct homeassistant *h) {
	char object[MQTT_TOPIC], topic[MQTT_TOPIC];

	for (size_t i = 0; i < h->devices.capacity; i++) {
		struct described *x = h->devices.slots[i];
		if (!x || x->here)
			continue;
		object_of(h, x->id, object);
		topic_of(h, object, topic);
		mqtt_retain(h->client, topic, NULL, 0);
		map_remove(&h->devices, x);
		free(x);
		i--; // another may have moved here
	}
}

static void
each_device(struct homeassistant *h, bool all) {
	const struct state *s = &h->core->state;

	for (size_t i = 0; i < h->devices.capacity; i++)
		if (h->devices.slots[i])
			((struct described *)h->devices.slots[i])->here = false;
	for (size_t i = 0; i < s->devices_count; i++)
		if (!join_is_part(s, s->devices[i]))
			look_at(h, s->devices[i], all);
	sweep(h);
}

// It says "online" when it has started, and knows of no device then.
static void
born(void *context, const char *topic, const char *payload, size_t length, bool retained) {
	const struct homeassistant *h = context;
	char object[MQTT_TOPIC], config[MQTT_TOPIC];

	(void)topic;
	(void)length;
	if (retained || strcmp(payload, "online") != 0)
		return;
	topic_of(h, h->object, config);
	mqtt_again(h->client, config);
	for (size_t i = 0; i < h->devices.capacity; i++) {
		const struct described *x = h->devices.slots[i];
		if (!x)
			continue;
		object_of(h, x->id, object);
		topic_of(h, object, config);
		mqtt_again(h->client, config);
	}
}

static void *
start(struct core *c, struct mqtt_client *m) {
	struct homeassistant *h = calloc(1, sizeof *h);
	char filter[MQTT_TOPIC];

	if (!h)
		return NULL;
	h->core = c;
	h->client = m;
	mqtt_root(c, &c->config->mqtt.broker, h->root);
	mqtt_object(h->root, h->object);
	map_init(&h->devices, key_of);
	describe_gateway(h);
	each_device(h, true);
	snprintf(filter, sizeof filter, "%s/status", c->config->mqtt.homeassistant_prefix);
	mqtt_subscribe(m, filter, 0, born, h);
	return h;
}

static void
stop(void *self) {
	struct homeassistant *h = self;

	for (size_t i = 0; i < h->devices.capacity; i++)
		free(h->devices.slots[i]);
	map_fini(&h->devices);
	free(h);
}

static void
on_flush(void *self) {
	each_device(self, false);
}

const struct mqtt_user mqtt_user_homeassistant = {
	.name = "homeassistant",
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.flush = on_flush,
};
