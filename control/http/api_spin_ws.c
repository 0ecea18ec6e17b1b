// SPDX-License-Identifier: BSD-3-Clause
// /spin_api/ws: what the older web API tells, without being asked again.
//
// Shape:   {"type","name","args"}: "data" once of profiles, devices and notifications, then
//          "update"s: newDevice, deviceUpdate, newNotification, deviceProfileUpdate.  What was told
//          is remembered once for all, as long as anybody listens, and what is the same is not told
//          again.  Nothing is taken from who listens.
// Threads: the core thread.
// Source:  reference/spin.md 3.6.

#include "control/core.h"
#include "control/export/spin/own.h"
#include "control/http/api_spin.h"
#include "control/http/websocket.h"
#include "control/identity/join.h"
#include "control/map.h"
#include "control/notify/notify.h"
#include "platform/siphash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define GOING_AWAY 1001 // RFC 6455 7.4.1
#define TOLD_MAX (2 * (DEVICES_MAX + NOTIFY_MAX)) // with those that are no more

struct listener {
	LIST_ENTRY(listener) link;
	struct websocket *socket;
	struct core *core;
};

struct told {
	uint64_t thing;
	uint64_t
		state; // of a device what was told, hashed; of a notification how often it happened
};

static LIST_HEAD(, listener) listeners = LIST_HEAD_INITIALIZER(listeners);
static struct map told;

static const void *
told_key(const void *item, size_t *ret_length) {
	const struct told *t = item;

	*ret_length = sizeof t->thing;
	return &t->thing;
}

static void
forget_all(void) {
	for (size_t i = 0; i < told.capacity; i++)
		free(told.slots[i]);
	map_fini(&told);
}

// Remembers; what it was before, or 0 when it was not known.  False: it is as it was.
static bool
moved(uint64_t thing, uint64_t state, uint64_t *ret_before) {
	struct told *t = map_find(&told, &thing, sizeof thing);

	*ret_before = t ? t->state : 0;
	if (!t) {
		t = malloc(sizeof *t);
		if (!t)
			return false;
		*t = (struct told){.thing = thing};
		if (map_put(&told, t) < 0) {
			free(t);
			return false;
		}
	}
	bool same = *ret_before == state;
	t->state = state;
	return !same;
}

// --- Messages ---

static void
begin(struct json *j, const char *type, const char *name) {
	json_init(j);
	json_object(j);
	json_key_string(j, "type", type);
	json_key_string(j, "name", name);
	json_key(j, "args");
}

static void
send_to(struct listener *l, struct json *j) {
	json_end(j);
	if (!j->failed)
		websocket_send(l->socket, j->text, j->length);
	json_free(j);
}

static void
send_to_all(struct json *j) {
	struct listener *l;

	json_end(j);
	LIST_FOREACH (l, &listeners, link)
		if (!j->failed)
			websocket_send(l->socket, j->text, j->length);
	json_free(j);
}

static void
look_at_device(const struct spin *s, const struct device *d, bool tell) {
	struct json j;
	uint64_t before;

	json_init(&j);
	spin_write_device(s, d, &j);
	uint64_t state = j.failed ? 1 : siphash24(told.secret, j.text, j.length) | 1;
	json_free(&j);
	if (!moved(d->id, state, &before) || !tell)
		return;
	begin(&j, "update", before ? "deviceUpdate" : "newDevice");
	spin_write_device(s, d, &j);
	send_to_all(&j);
}

static void
look_at_note(const struct core *c, const struct notice *n, bool tell) {
	struct json j;
	uint64_t before;

	if (!moved(n->id, n->count, &before) || !tell || n->outcome != NOTICE_OPEN)
		return;
	if (!before) {
		begin(&j, "update", "newNotification");
		spin_write_note(c, n, &j);
		send_to_all(&j);
	}
	if (n->kind != NOTIFY_PROFILE_SET || n->args_count < 2)
		return;
	begin(&j, "update", "deviceProfileUpdate");
	json_object(&j);
	json_key_string(&j, "deviceName", n->args[0]);
	json_key_string(&j, "profileName", n->args[1]);
	json_end(&j);
	send_to_all(&j);
}

static void
look(struct spin *s, bool tell) {
	const struct state *state = &s->core->state;
	const struct notify *notes = s->core->notify;

	for (size_t i = 0; i < state->devices_count; i++) {
		const struct device *d = state->devices[i];
		if ((d->changed || !tell) && !join_is_part(state, d))
			look_at_device(s, d, tell);
	}
	for (size_t i = 0; i < notify_count(notes); i++)
		look_at_note(s->core, notify_at(notes, i), tell);
}

static void
begin_to_look(struct spin *s) {
	map_init(&told, told_key);
	look(s, false);
}

// --- Who listens ---

static void
on_flush(struct spin *s) {
	if (told.count > TOLD_MAX) {
		forget_all();
		begin_to_look(s);
	}
	look(s, true);
}

static void
on_stop(struct spin *s) {
	struct listener *l;

	s->ear = NULL;
	LIST_FOREACH (l, &listeners, link)
		websocket_end(l->socket, GOING_AWAY, "SPIN compatibility changes");
}

static const struct spin_ear ear = {on_flush, on_stop};

static void
on_gone(void *context) {
	struct listener *l = context;
	struct spin *s = spin_of(l->core);

	LIST_REMOVE(l, link);
	if (LIST_EMPTY(&listeners)) {
		forget_all();
		if (s)
			s->ear = NULL;
	}
	free(l);
}

static void
greet(struct spin *s, struct listener *l) {
	struct json j;

	begin(&j, "data", "profiles");
	spin_write_profiles(s->core, &j);
	send_to(l, &j);
	begin(&j, "data", "devices");
	spin_write_devices(s, &j);
	send_to(l, &j);
	begin(&j, "data", "notifications");
	spin_write_notes(s->core, &j);
	send_to(l, &j);
}

void
spin_websocket(struct spin_ask *a) {
	struct listener *l;

	if (!websocket_is_asked(a->r)) {
		http_add_header(a->r, "upgrade", "websocket");
		http_add_header(a->r, "sec-websocket-version", "13");
		spin_error(a, 426, "Ask for a websocket, of version 13");
		return;
	}
	if (websocket_count() >= WEBSOCKETS_MAX) {
		spin_error(a, 503, "Too many websockets are open already; close one");
		return;
	}
	l = malloc(sizeof *l);
	if (l)
		*l = (struct listener){.core = a->core};
	if (!l || !(l->socket = websocket_start(a->r, on_gone, l))) {
		free(l);
		spin_error(a, 500, "Out of memory");
		return;
	}
	if (LIST_EMPTY(&listeners))
		begin_to_look(a->spin);
	LIST_INSERT_HEAD(&listeners, l, link);
	a->spin->ear = &ear;
	greet(a->spin, l);
}
