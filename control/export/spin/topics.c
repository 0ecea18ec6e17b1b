// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/topics.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/export/mqtt/client.h"
#include "control/export/mqtt/users.h"
#include "control/export/spin/feed.h"
#include "control/export/spin/ip_lists.h"
#include "control/export/spin/topics_heard.h"
#include "control/identity/join.h"
#include "platform/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEP_TURNS 40 // flushes: ten seconds
#define TURNS 4 // flushes in a second

struct shown {
	uint64_t thing;
	uint64_t number;
	bool moved; // since it was told
};

static struct topics *running;

static const enum action lists[] = {ACTION_BLOCK, ACTION_IGNORE, ACTION_ALLOW};

struct topics *
topics_running(void) {
	return running;
}

bool
topics_is_connected(const struct topics *t) {
	return t && mqtt_is_connected(t->client);
}

static const void *
key_of(const void *item, size_t *ret_length) {
	const struct shown *s = item;

	*ret_length = sizeof s->thing;
	return &s->thing;
}

void
topics_publish(struct topics *t, const char *topic, const char *text, size_t length) {
	t->stats.published++;
	mqtt_publish(t->client, topic, text, length, 0);
}

static void
publish(struct topics *t, const char *topic, struct json *j) {
	if (!j->failed)
		topics_publish(t, topic, j->text, j->length);
	json_free(j);
}

// --- Nodes ---

static const char *
topic_of(uint64_t number, char ret[64]) {
	snprintf(ret, 64, TOPIC_NODE "%llu", (unsigned long long)number);
	return ret;
}

static void
tell_node(struct topics *t, const struct spin *s, const struct spin_node *n) {
	char topic[64];
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "command", "nodeInfo");
	json_key(&j, "result");
	spin_node_write(s, n, &j);
	json_end(&j);
	t->stats.nodes_told++;
	if (!j.failed)
		mqtt_retain(t->client, topic_of(n->number, topic), j.text, j.length);
	json_free(&j);
}

void
topics_show(struct topics *t, const struct spin_node *n) {
	struct spin *s = spin_of(t->core);
	uint64_t thing = n->device ? n->device->id : n->destination ? n->destination->id : 0;
	struct shown *known = map_find(&t->shown, &thing, sizeof thing);

	if (known || !n->number || !s)
		return;
	known = malloc(sizeof *known);
	if (!known)
		return;
	*known = (struct shown){.thing = thing, .number = n->number};
	if (map_put(&t->shown, known) < 0) {
		free(known);
		return;
	}
	tell_node(t, s, n);
}

static void
admin(struct topics *t, const char *command, uint64_t id, uint64_t merged_to) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "command", command);
	json_key(&j, "result");
	json_object(&j);
	json_key_u64(&j, "id", id);
	if (merged_to)
		json_key_u64(&j, "merged-to", merged_to);
	json_end(&j);
	json_end(&j);
	publish(t, TOPIC_ADMIN, &j);
}

static void
unshow(struct topics *t, struct shown *k) {
	char topic[64];

	mqtt_retain(t->client, topic_of(k->number, topic), NULL, 0);
	map_remove(&t->shown, k);
	free(k);
}

static void
mark(struct topics *t, uint64_t thing) {
	struct shown *k = map_find(&t->shown, &thing, sizeof thing);

	if (k)
		k->moved = true;
}

// What became of the thing; false: it is as it was.
static bool
is_over(struct topics *t, struct spin *s, struct shown *k) {
	const struct state *state = &t->core->state;
	struct device *d = device_by_id(state, k->thing);

	if (d && join_is_part(state, d)) {
		struct spin_node whole = spin_node_of_device(s, d);
		struct spin_node part = {.number = k->number, .device = d};
		tell_node(t, s, &part);
		topics_show(t, &whole);
		mark(t, whole.device->id); // it is told again, after it has grown
		admin(t, "nodeMerged", k->number, whole.number);
		return true;
	}
	if (d || destination_by_id(state, k->thing))
		return false;
	admin(t, "nodeDeleted", k->number, 0);
	return true;
}

// Every so often: nodes that are none any more.  Their numbers are not given again.
static void
sweep(struct topics *t, struct spin *s) {
	const struct state *state = &t->core->state;

	for (size_t i = 0; i < t->shown.capacity;) {
		struct shown *k = t->shown.slots[i];
		if (k && is_over(t, s, k))
			unshow(t, k); // something else may stand in this place now
		else
			i++;
	}
	for (size_t i = nodes_count(s->nodes); i-- > 0;) {
		const struct node *n = nodes_at(s->nodes, i);
		if (!device_by_id(state, n->thing) && !destination_by_id(state, n->thing))
			nodes_forget(s->nodes, n->number);
	}
}

// What moved is told once a second, however often it did.
static void
tell_moved(struct topics *t, struct spin *s) {
	for (size_t i = 0; i < t->shown.capacity; i++) {
		struct shown *k = t->shown.slots[i];
		if (!k || !k->moved)
			continue;
		struct spin_node n = spin_node_numbered(s, k->number);
		k->moved = false;
		if (spin_node_is(&n))
			tell_node(t, s, &n);
	}
}

static void
look_at_nodes(struct topics *t, struct spin *s) {
	const struct state *state = &t->core->state;

	for (size_t i = 0; i < state->devices_count; i++) {
		struct device *d = state->devices[i];
		if (d->changed)
			mark(t, join_whole(state, d)->id);
		if (!join_is_part(state, d) && t->turn % TURNS == 0) {
			struct spin_node n = spin_node_of_device(s, d);
			topics_show(t, &n);
		}
	}
	for (size_t i = 0; i < state->destinations_count; i++)
		if (state->destinations[i]->changed)
			mark(t, state->destinations[i]->id);
}

// --- Lists ---

static void
tell_list(struct topics *t, struct spin *s, size_t i, bool again) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "command", action_word(lists[i]));
	json_key(&j, "result");
	ip_list_write(s, lists[i], &j);
	json_end(&j);
	if (!j.failed && (again || !t->lists[i] || strcmp(t->lists[i], j.text) != 0)) {
		free(t->lists[i]);
		t->lists[i] = strdup(j.text);
		topics_publish(t, TOPIC_TRAFFIC, j.text, j.length);
	}
	json_free(&j);
}

static void
begin(struct topics *t, struct spin *s) {
	static const char restart[] = "{\"command\":\"serverRestart\"}";

	topics_publish(t, TOPIC_TRAFFIC, restart, sizeof restart - 1);
	t->restarted = true;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		tell_list(t, s, i, true);
}

// --- What waits for the nodes ---

void
topics_hold(struct topics *t, struct json *j) {
	if (j->failed || t->held_count == TOPICS_HELD_MAX) {
		t->stats.lost++;
		json_free(j);
	} else {
		t->held[t->held_count++] = *j;
	}
}

static void
let_go(struct topics *t, bool publish_them) {
	for (size_t i = 0; i < t->held_count; i++) {
		if (publish_them)
			topics_publish(t, TOPIC_TRAFFIC, t->held[i].text, t->held[i].length);
		json_free(&t->held[i]);
	}
	t->held_count = 0;
	t->held_s = 0;
}

static bool
nodes_are_there(const struct topics *t) {
	struct export_status status = {.waiting = 0};

	mqtt_client_status(t->client, &status);
	return status.waiting == 0 || t->held_s >= TOPICS_HELD_S;
}

// --- The user ---

static bool
wanted(const struct config *c) {
	return c->spin.enabled;
}

static void
stop(void *self) {
	struct topics *t = self;
	struct spin *s = spin_of(t->core);

	if (s) {
		rpc_forget(s, t);
		feeds_end(s);
	}
	mqtt_clear(t->client, "SPIN/");
	let_go(t, false);
	for (size_t i = 0; i < t->shown.capacity; i++)
		free(t->shown.slots[i]);
	map_fini(&t->shown);
	for (size_t i = 0; i < ARRAY_LEN(t->lists); i++)
		free(t->lists[i]);
	traffic_fini(&t->gather);
	peaks_free(t->peaks);
	running = NULL;
	free(t);
}

static void *
start(struct core *c, struct mqtt_client *m) {
	struct topics *t = calloc(1, sizeof *t);

	if (!t || !(t->peaks = peaks_new())) {
		free(t);
		return NULL;
	}
	t->core = c;
	t->client = m;
	map_init(&t->shown, key_of);
	traffic_init(&t->gather);
	mqtt_claim(m, TOPIC_NODE "+", TOPIC_NODE);
	mqtt_claim(m, "SPIN/stat/#", "SPIN/stat/");
	topics_listen(t);
	running = t;
	return t;
}

static void
flow(void *self, const struct flow *f, enum export_flow what) {
	struct topics *t = self;
	struct spin *s = spin_of(t->core);

	if (s)
		traffic_flow(t, s, f, what);
}

static void
name_learned(void *self, const struct wire_name *w, const char *names) {
	struct topics *t = self;
	struct spin *s = spin_of(t->core);

	if (s)
		traffic_name(t, s, w, names);
}

static void
flush(void *self) {
	struct topics *t = self;
	struct spin *s = spin_of(t->core);

	if (!s || !nodes_is_ready(s->nodes))
		return;
	t->turn++;
	look_at_nodes(t, s);
	feeds_send(s, t);
	if (!mqtt_is_connected(t->client)) {
		let_go(t, false); // nobody wants to know later what was going on
		return;
	}
	if (!t->restarted)
		begin(t, s);
	if (t->held_count > 0 && nodes_are_there(t))
		let_go(t, true);
	if (t->turn % SWEEP_TURNS == 0)
		sweep(t, s);
}

static void
second(void *self) {
	struct topics *t = self;
	struct spin *s = spin_of(t->core);

	t->asked = 0;
	if (!s || !nodes_is_ready(s->nodes))
		return;
	tell_moved(t, s);
	peaks_second(t->peaks, &t->core->state);
	if (!mqtt_is_connected(t->client)) {
		traffic_drop(&t->gather);
		return;
	}
	for (size_t i = 0; t->restarted && i < ARRAY_LEN(lists); i++)
		tell_list(t, s, i, false);
	if (t->held_count == 0 || ++t->held_s >= TOPICS_HELD_S) {
		let_go(t, t->held_s >= TOPICS_HELD_S);
		traffic_second(t);
	}
	stats_second(&t->stats, t);
}

const struct mqtt_user mqtt_user_spin = {
	.name = "spin",
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.flow = flow,
	.name_learned = name_learned,
	.flush = flush,
	.second = second,
};
