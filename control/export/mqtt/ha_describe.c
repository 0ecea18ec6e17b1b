// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/ha_describe.h"

#include "control/export/mqtt/client.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/state.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

// --- The components of a device ---

struct component {
	const char *key, *platform, *name, *template;
	const char *device_class, *state_class, *unit, *icon;
};

#define YES_NO(member) "{{ 'ON' if value_json." member " else 'OFF' }}"
#define VALUE(member) "{{ value_json." member " }}"
#define SIZE "data_size", "total_increasing", "B"
#define RATE "data_rate", "measurement", "B/s"
#define COUNT NULL, "measurement", NULL

static const struct component of_device[] = {
	{"online", "binary_sensor", "Online", YES_NO("online"), "connectivity", NULL, NULL, NULL},
	{"presence",
	 "device_tracker",
	 "Presence",
	 "{{ 'home' if value_json.online else 'not_home' }}",
	 NULL,
	 NULL,
	 NULL,
	 NULL},
	{"bytes_in", "sensor", "Received", VALUE("bytes_in"), SIZE, NULL},
	{"bytes_out", "sensor", "Sent", VALUE("bytes_out"), SIZE, NULL},
	{"rate_in", "sensor", "Receives", VALUE("rate_in"), RATE, NULL},
	{"rate_out", "sensor", "Sends", VALUE("rate_out"), RATE, NULL},
	{"alerts", "sensor", "Alerts", VALUE("alerts"), COUNT, "mdi:shield-alert"},
	{"profile", "sensor", "Profile", VALUE("profile"), NULL, NULL, NULL, "mdi:clipboard-list"},
};

static const struct component of_gateway[] = {
	{"health",
	 "binary_sensor",
	 "Problem",
	 "{{ 'OFF' if value_json.health == 'ok' else 'ON' }}",
	 "problem",
	 NULL,
	 NULL,
	 NULL},
	{"devices", "sensor", "Devices", VALUE("devices"), COUNT, "mdi:devices"},
	{"rate_in", "sensor", "Receives", VALUE("rate_in"), RATE, NULL},
	{"rate_out", "sensor", "Sends", VALUE("rate_out"), RATE, NULL},
};

static const struct component internet_switch =
	{"internet", "switch", "Internet", VALUE("internet"), NULL, NULL, NULL, "mdi:web"};
static const struct component internet_shown = {
	"internet_shown",
	"binary_sensor",
	"Internet",
	VALUE("internet"),
	NULL,
	NULL,
	NULL,
	"mdi:web"};

static void
maybe(struct json *j, const char *key, const char *text) {
	if (text)
		json_key_string(j, key, text);
}

static void
component_begin(struct json *j, const struct component *k, const char *object) {
	char id[MQTT_TOPIC + 32];

	json_key(j, k->key);
	json_object(j);
	json_key_string(j, "platform", k->platform);
	snprintf(id, sizeof id, "%s_%s", object, k->key);
	json_key_string(j, "unique_id", id);
	json_key_string(j, "name", k->name);
	json_key_string(j, "value_template", k->template);
	maybe(j, "device_class", k->device_class);
	maybe(j, "state_class", k->state_class);
	maybe(j, "unit_of_measurement", k->unit);
	maybe(j, "icon", k->icon);
	if (strcmp(k->platform, "device_tracker") == 0)
		json_key_string(j, "source_type", "router");
}

static void
component(struct json *j, const struct component *k, const char *object) {
	component_begin(j, k, object);
	json_end(j);
}

// One without all but its platform is taken away.
static void
no_component(struct json *j, const struct component *k) {
	json_key(j, k->key);
	json_object(j);
	json_key_string(j, "platform", k->platform);
	json_end(j);
}

// A switch where commands are obeyed; else what it would show.
static void
internet(const struct ha_place *h, struct json *j, const char *object, const char *device) {
	char topic[MQTT_TOPIC];

	if (!h->commands) {
		component(j, &internet_shown, object);
		no_component(j, &internet_switch);
		return;
	}
	snprintf(topic, sizeof topic, "%s/device/%s/internet/set", h->root, device);
	component_begin(j, &internet_switch, object);
	json_key_string(j, "command_topic", topic);
	json_end(j);
	no_component(j, &internet_shown);
}

// --- The descriptions ---

static void
begin(const struct ha_place *h, struct json *j, const char *state) {
	char topic[MQTT_TOPIC];

	json_object(j);
	json_key(j, "origin");
	json_object(j);
	json_key_string(j, "name", "spin-gateway");
	json_key_string(j, "sw_version", SPIN_RELEASE);
	json_end(j);
	snprintf(topic, sizeof topic, "%s/status", h->root);
	json_key_string(j, "availability_topic", topic);
	json_key_string(j, "state_topic", state);
	json_key(j, "device");
	json_object(j);
}

static void
identifiers(struct json *j, const char *object) {
	json_key(j, "identifiers");
	json_array(j);
	json_string(j, object);
	json_end(j);
}

// So that Home Assistant joins it with what it knows of the same MACs.
static void
connections(const struct state *s, struct json *j, const struct device *whole) {
	char mac[TEXT_MAC];

	json_key(j, "connections");
	json_array(j);
	for (const struct device *d = whole; d; d = join_next(s, whole, d)) {
		json_array(j);
		json_string(j, "mac");
		json_string(j, text_mac(d->mac, mac));
		json_end(j);
	}
	json_end(j);
}

void
ha_describe(const struct ha_place *h, const struct device *d, const char *object, struct json *j) {
	char state[MQTT_TOPIC], id[ID_TEXT], name[NAME_BYTES_MAX + 1];

	id_text("dev_", d->id, id);
	snprintf(state, sizeof state, "%s/device/%s/state", h->root, id);
	begin(h, j, state);
	identifiers(j, object);
	connections(h->state, j, d);
	json_key_string(j, "name", device_name(d, name));
	maybe(j, "manufacturer", d->vendor);
	if (identity_kind(d) != KIND_NONE)
		json_key_string(j, "model", kind_name(identity_kind(d)));
	json_key_string(j, "via_device", h->object);
	json_end(j);
	json_key(j, "components");
	json_object(j);
	internet(h, j, object, id);
	for (size_t i = 0; i < ARRAY_LEN(of_device); i++)
		component(j, &of_device[i], object);
	json_end(j);
	json_end(j);
}

void
ha_describe_gateway(const struct ha_place *h, struct json *j) {
	char state[MQTT_TOPIC];

	snprintf(state, sizeof state, "%s/state", h->root);
	begin(h, j, state);
	identifiers(j, h->object);
	json_key_string(j, "name", "SPIN gateway");
	json_key_string(j, "sw_version", SPIN_RELEASE);
	json_end(j);
	json_key(j, "components");
	json_object(j);
	for (size_t i = 0; i < ARRAY_LEN(of_gateway); i++)
		component(j, &of_gateway[i], h->object);
	json_end(j);
	json_end(j);
}
