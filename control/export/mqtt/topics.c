// SPDX-License-Identifier: BSD-3-Clause
// The gateway's own topics: what `status` says is the client's; here are `state`, `device/<id>/
// state` and `event/{alert,device,flow}`, in the words of control/view.h.
//
// A state is told at once when something changed that people look at, and every mqtt.every for
// what is only counted.

#include "control/export/mqtt/topics.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/export/mqtt/client.h"
#include "control/export/mqtt/mqtt.h"
#include "control/export/mqtt/users.h"
#include "control/flow.h"
#include "control/history/history.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/notify/notify.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct told {
	uint64_t id;
	uint64_t at_ns; // monotonic: when its state was told
	bool counts_moved; // since then
	bool online, blocked, paused;
	uint64_t alerts;
	char name[NAME_BYTES_MAX + 1];
	char profile[33];
};

struct topics {
	struct core *core;
	struct mqtt_client *client;
	char root[MQTT_ROOT];
	struct map devices;
	uint64_t at_ns; // monotonic: when the gateway's state was told
};

static const void *
key_of(const void *item, size_t *ret_length) {
	const struct told *t = item;

	*ret_length = sizeof t->id;
	return &t->id;
}

static bool
wanted(const struct config *c) {
	(void)c;
	return true;
}

// Notifications about it that nobody has settled.
static uint64_t
alerts_of(const struct core *c, const struct device *d) {
	uint64_t n = 0;

	for (size_t i = 0; i < notify_count(c->notify); i++) {
		const struct notice *notice = notify_at(c->notify, i);
		n += notice->device == d->id && notice->outcome == NOTICE_OPEN;
	}
	return n;
}

void
topics_device(const struct core *c, const struct device *d, struct json *j) {
	const struct join_sum all = join_sum(&c->state, d, clock_wall_ns());
	char mac[TEXT_MAC], name[NAME_BYTES_MAX + 1];
	const struct rule *pause =
		d->actions & ACTION_PAUSE ? rule_find(&c->state, ACTION_PAUSE, d, NULL) : NULL;
	const struct profiles *p = &c->state.profiles;

	json_object(j);
	view_id(j, "id", "dev_", d->id);
	json_key_string(j, "mac", text_mac(d->mac, mac));
	json_key_string(j, "name", device_name(d, name));
	json_key_string(j, "vendor", d->vendor);
	json_key_string(j, "kind", kind_name(identity_kind(d)));
	json_key_string(j, "profile", d->profile[0] ? d->profile : p->items[p->by_default].name);
	json_key_bool(j, "online", all.online);
	json_key_string(j, "internet", d->actions & (ACTION_BLOCK | ACTION_PAUSE) ? "OFF" : "ON");
	view_actions(j, d->actions);
	view_time(j, "paused_until", pause ? pause->spec.until_ns : 0);
	view_time(j, "first_seen", all.first_seen_ns);
	view_time(j, "last_seen", all.last_seen_ns);
	view_counts(j, &all.sum);
	json_key_u64(j, "rate_out", all.rate_out);
	json_key_u64(j, "rate_in", all.rate_in);
	json_key_u64(j, "alerts", alerts_of(c, d));
	json_end(j);
}

static void
topic_of(const struct topics *t, uint64_t device, char ret[MQTT_TOPIC]) {
	char id[ID_TEXT];

	snprintf(ret, MQTT_TOPIC, "%s/device/%s/state", t->root, id_text("dev_", device, id));
}

static void
tell_event(struct topics *t, const char *what, struct json *j) {
	char topic[MQTT_TOPIC];

	snprintf(topic, sizeof topic, "%s/event/%s", t->root, what);
	if (!j->failed)
		mqtt_publish(
			t->client,
			topic,
			j->text,
			j->length,
			(unsigned int)t->core->config->mqtt.qos
		);
	json_free(j);
}

static void
tell_change(struct topics *t, const struct device *d, const char *what) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "what", what);
	view_time(&j, "time", clock_wall_ns());
	json_key(&j, "device");
	topics_device(t->core, d, &j);
	json_end(&j);
	tell_event(t, "device", &j);
}

static void
tell_state(struct topics *t, const struct device *d, struct told *x) {
	char topic[MQTT_TOPIC];
	struct json j;

	json_init(&j);
	topics_device(t->core, d, &j);
	topic_of(t, d->id, topic);
	if (!j.failed)
		mqtt_retain(t->client, topic, j.text, j.length);
	json_free(&j);
	x->at_ns = clock_mono_ns();
	x->counts_moved = false;
}

// What people look at, and the word for each change of it.  True: something changed.
static bool
compare(struct topics *t, const struct device *d, struct told *x, bool quiet) {
	bool online = join_sum(&t->core->state, d, clock_wall_ns()).online;
	bool blocked = d->actions & ACTION_BLOCK, paused = d->actions & ACTION_PAUSE;
	char name[NAME_BYTES_MAX + 1];
	uint64_t alerts = alerts_of(t->core, d), before = x->alerts;
	const char *words[5];
	unsigned int n = 0;

	if (online != x->online)
		words[n++] = online ? "online" : "offline";
	if (blocked != x->blocked)
		words[n++] = blocked ? "blocked" : "unblocked";
	if (paused != x->paused)
		words[n++] = paused ? "paused" : "resumed";
	if (strcmp(device_name(d, name), x->name) != 0)
		words[n++] = "renamed";
	if (strcmp(d->profile, x->profile) != 0)
		words[n++] = "profile";
	x->online = online;
	x->blocked = blocked;
	x->paused = paused;
	x->alerts = alerts;
	memcpy(x->name, name, sizeof x->name);
	memcpy(x->profile, d->profile, sizeof x->profile);
	for (unsigned int i = 0; i < n && !quiet; i++)
		tell_change(t, d, words[i]);
	return n > 0 || alerts != before;
}

static struct told *
meet(struct topics *t, const struct device *d, bool is_new) {
	struct told *x = calloc(1, sizeof *x);

	if (x)
		x->id = d->id;
	if (!x || map_put(&t->devices, x) < 0) {
		free(x);
		return NULL;
	}
	compare(t, d, x, true);
	if (is_new)
		tell_change(t, d, "new");
	tell_state(t, d, x);
	return x;
}

static void
look_at(struct topics *t, const struct device *d) {
	struct told *x = map_find(&t->devices, &d->id, sizeof d->id);

	if (!x) {
		meet(t, d, true);
		return;
	}
	x->counts_moved |= d->changed;
	bool due = clock_mono_ns() > x->at_ns + t->core->config->mqtt.every_s * NS_PER_S;
	if (compare(t, d, x, false) || (x->counts_moved && due))
		tell_state(t, d, x);
}

// Parts of another device, and those that are gone, have no topic.
static void
sweep(struct topics *t) {
	char topic[MQTT_TOPIC];

	for (size_t i = 0; i < t->devices.capacity; i++) {
		struct told *x = t->devices.slots[i];
		const struct device *d = x ? device_by_id(&t->core->state, x->id) : NULL;
		if (!x || (d && !join_is_part(&t->core->state, d)))
			continue;
		topic_of(t, x->id, topic);
		mqtt_retain(t->client, topic, NULL, 0);
		map_remove(&t->devices, x);
		free(x);
		i--; // another may have moved here
	}
}

static void
each_device(struct topics *t, bool at_start) {
	const struct state *s = &t->core->state;

	for (size_t i = 0; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		if (join_is_part(s, d))
			continue;
		if (at_start)
			meet(t, d, false);
		else
			look_at(t, d);
	}
}

static void
tell_gateway(struct topics *t) {
	const struct core *c = t->core;
	const struct wire_stats *w = &c->state.stats;
	uint64_t now = clock_wall_ns();
	char topic[MQTT_TOPIC];
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "version", SPIN_RELEASE);
	json_key_string(&j, "health", core_health(c));
	view_time(&j, "now", now);
	json_key_u64(&j, "generation", c->in_force);
	json_key_u64(&j, "devices", c->state.devices_count - c->state.joined_count);
	json_key_u64(&j, "flows", w->flows_active);
	json_key_u64(&j, "packets", w->frames);
	json_key_u64(&j, "bytes", w->bytes);
	json_key_u64(&j, "events_lost", w->events_lost);
	json_key_u64(&j, "rate_out", rate_read(&c->state.rate_out, now));
	json_key_u64(&j, "rate_in", rate_read(&c->state.rate_in, now));
	json_end(&j);
	snprintf(topic, sizeof topic, "%s/state", t->root);
	if (!j.failed)
		mqtt_retain(t->client, topic, j.text, j.length);
	json_free(&j);
	t->at_ns = clock_mono_ns();
}

static void *
start(struct core *c, struct mqtt_client *m) {
	struct topics *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->core = c;
	t->client = m;
	mqtt_root(c, &c->config->mqtt.broker, t->root);
	map_init(&t->devices, key_of);
	each_device(t, true);
	tell_gateway(t);
	return t;
}

static void
stop(void *self) {
	struct topics *t = self;

	for (size_t i = 0; i < t->devices.capacity; i++)
		free(t->devices.slots[i]);
	map_fini(&t->devices);
	free(t);
}

static void
on_flow(void *self, const struct flow *f, enum export_flow what) {
	struct topics *t = self;
	struct json j;

	if (!t->core->config->mqtt.flows || (what != EXPORT_FLOW_NEW && what != EXPORT_FLOW_CLOSED)
	    || history_level(t->core->history, f->device) > 0)
		return;
	json_init(&j);
	view_flow(t->core, f, &j);
	tell_event(t, "flow", &j);
}

static void
on_alert(void *self, const struct state_alert *a) {
	struct json j;

	json_init(&j);
	view_alert(a, &j);
	tell_event(self, "alert", &j);
}

static void
on_flush(void *self) {
	struct topics *t = self;

	each_device(t, false);
	sweep(t);
}

static void
on_second(void *self) {
	struct topics *t = self;

	if (clock_mono_ns() > t->at_ns + t->core->config->mqtt.every_s * NS_PER_S)
		tell_gateway(t);
}

const struct mqtt_user mqtt_user_topics = {
	.name = "topics",
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.flow = on_flow,
	.alert = on_alert,
	.flush = on_flush,
	.second = on_second,
};
