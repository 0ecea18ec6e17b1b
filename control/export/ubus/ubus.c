// SPDX-License-Identifier: BSD-3-Clause
// OpenWrt's ubus: the object "spin" with its methods, and what happens as events and notifications.

#include "control/clock.h"
#include "control/core.h"
#include "control/export/adapters.h"
#include "control/export/ubus/call.h"
#include "control/export/ubus/own.h"
#include "control/http/json_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RETRY_MAX_S 30
#define PING_S 10
#define SILENT_S 15 // longer, and ubusd does not answer
#define EVENTS_WAITING_MAX ((size_t)256 << 10) // more is lost, so that answers have room

static bool
wanted(const struct config *c) {
	return c->ubus.enabled;
}

// --- The helper's life ---

static void
tested(struct ubus *u, const char *error) {
	export_done done = u->tested;

	u->tested = NULL;
	if (done)
		done(u->tested_context, error);
}

static void
on_ended(void *context, const char *why) {
	struct ubus *u = context;

	ubus_calls_end(u);
	u->ready = false;
	u->asked_ns = 0;
	u->retry_ns = clock_mono_ns() + u->retry_s * NS_PER_S;
	u->retry_s = u->retry_s * 2 < RETRY_MAX_S ? u->retry_s * 2 : RETRY_MAX_S;
	snprintf(u->message, sizeof u->message, "%.180s", why);
	tested(u, u->message);
}

static void
on_line(void *context, char *line) {
	struct ubus *u = context;
	const char *word = strsep(&line, " ");

	u->contact_ns = clock_wall_ns();
	if (strcmp(word, "call") == 0 && line) {
		u->sent++;
		ubus_call_begin(u, line);
	} else if (strcmp(word, "ready") == 0) {
		u->ready = true;
		u->retry_s = 1;
		u->message[0] = 0;
	} else if (strcmp(word, "pong") == 0) {
		u->asked_ns = 0;
		tested(u, NULL);
	} else if (strcmp(word, "denied") == 0) {
		u->sent--;
		u->lost++;
	}
}

static void
begin(struct ubus *u) {
	const struct config *c = u->core->config;
	char why[EXPORT_ERROR];

	u->retry_ns = 0;
	u->begun_ns = clock_mono_ns();
	int r = helper_begin(
		&u->helper,
		u->core->loop,
		c->ubus_program,
		c->ubus.socket[0] ? c->ubus.socket : NULL
	);
	if (r == 0)
		return;
	snprintf(why, sizeof why, "spin-ubus cannot be started: %s", strerror(-r));
	on_ended(u, why);
}

static bool
ping(struct ubus *u) {
	if (u->asked_ns == 0 && helper_send(&u->helper, "ping", NULL, 0) == 0)
		u->asked_ns = clock_mono_ns();
	return u->asked_ns != 0;
}

static void
on_second(void *self) {
	struct ubus *u = self;
	uint64_t now = clock_mono_ns();
	uint64_t since = !u->ready ? u->begun_ns : u->asked_ns;

	if (!helper_runs(&u->helper)) {
		if (u->retry_ns && u->retry_ns <= now)
			begin(u);
	} else if (since && now > since + SILENT_S * NS_PER_S) {
		helper_end(&u->helper);
		on_ended(u, "ubusd does not answer");
	} else if (u->ready && now > u->begun_ns + PING_S * NS_PER_S) {
		u->begun_ns = now;
		ping(u);
	}
}

static int
start(struct core *c, void **ret, char ret_error[EXPORT_ERROR]) {
	struct ubus *u = calloc(1, sizeof *u);

	if (access(c->config->ubus_program, X_OK) < 0) {
		snprintf(
			ret_error,
			EXPORT_ERROR,
			"this build is without ubus: build it where libubus is, or use the plugin "
			"of rpcd and set ubus.enabled: false"
		);
		free(u);
		return -ENOENT;
	}
	if (!u) {
		snprintf(ret_error, EXPORT_ERROR, "out of memory");
		return -ENOMEM;
	}
	u->core = c;
	u->retry_s = 1;
	u->helper = (struct helper){.fd = -1, .line = on_line, .ended = on_ended, .context = u};
	LIST_INIT(&u->calls);
	begin(u);
	*ret = u;
	return 0;
}

static void
stop(void *self) {
	struct ubus *u = self;

	u->tested = NULL;
	helper_end(&u->helper);
	ubus_calls_end(u);
	free(u);
}

static void
status(const void *self, struct export_status *ret) {
	const struct ubus *u = self;
	const char *socket = u->core->config->ubus.socket;

	ret->state = u->ready ? EXPORT_OK : u->message[0] ? EXPORT_FAILED : EXPORT_CONNECTING;
	snprintf(ret->where, sizeof ret->where, "%s", socket[0] ? socket : "ubusd");
	snprintf(ret->message, sizeof ret->message, "%s", u->message);
	ret->contact_ns = u->contact_ns;
	ret->sent = u->sent;
	ret->waiting = u->calls_count;
	ret->lost = u->lost;
}

static int
test(void *self, export_done done, void *context) {
	struct ubus *u = self;

	if (u->tested)
		return -EBUSY;
	if (!u->ready) {
		done(context, u->message[0] ? u->message : "ubusd has not answered yet");
		return 0;
	}
	u->tested = done;
	u->tested_context = context;
	if (!ping(u))
		tested(u, "too much waits for ubusd");
	return 0;
}

// --- What happens ---

// As the plugin's ubus-events has it: a new device, an alert, a rule that blocks.
static void
send_event(struct ubus *u, const char *name, const struct export_event *e) {
	char head[32];
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "event", e->type);
	json_key_string(&j, "id", e->id);
	json_key(&j, "data");
	json_raw(&j, e->json, e->length);
	json_end(&j);
	snprintf(head, sizeof head, "event %s", name);
	bool good = u->ready && !j.failed
		&& helper_waiting(&u->helper) + j.length < EVENTS_WAITING_MAX
		&& helper_send(&u->helper, head, j.text, j.length) == 0;
	u->sent += good;
	u->lost += !good;
	json_free(&j);
}

static bool
is_new_device(const struct json_doc *d, unsigned int n) {
	const char *key = json_text(d, json_get(d, n, "message_key"));

	return key && strncmp(key, "new_device", 10) == 0;
}

// A rule comes again whenever it was hit.
static bool
is_new_block(const struct json_doc *d, unsigned int n) {
	const char *action = json_text(d, json_get(d, n, "action"));

	return action && strcmp(action, "block") == 0
		&& json_number(d, json_get(d, n, "hits"), 0) == 0;
}

// When it is in force it comes once more, of the same generation.
static bool
is_told(struct ubus *u, const struct json_doc *d, const char *rule) {
	int64_t generation = json_number(d, json_get(d, JSON_ROOT, "generation"), 0);
	bool same = u->told_generation == generation && strcmp(u->told_rule, rule) == 0;

	u->told_generation = generation;
	snprintf(u->told_rule, sizeof u->told_rule, "%s", rule);
	return same;
}

static void
on_event(void *self, const struct export_event *e) {
	bool notification = strcmp(e->type, "notification") == 0;
	unsigned int devices = 0, alerts = 0;
	char rule[ID_TEXT] = ""; // that blocks, the last one
	struct json_fault fault;
	struct json_doc *d;

	if ((!notification && strcmp(e->type, "rule") != 0)
	    || json_parse(e->json, e->length, &json_limits_reply, &d, &fault) < 0)
		return;
	unsigned int items = json_get(d, JSON_ROOT, "items");
	for (unsigned int n = json_first(d, items); n; n = json_next(d, n)) {
		bool device = notification && is_new_device(d, n);
		devices += device;
		alerts += notification && !device;
		const char *id = json_text(d, json_get(d, n, "id"));
		if (!notification && id && is_new_block(d, n))
			snprintf(rule, sizeof rule, "%s", id);
	}
	bool blocks = rule[0] && !is_told(self, d, rule);
	json_doc_free(d);
	if (devices)
		send_event(self, "spin.device", e);
	if (alerts)
		send_event(self, "spin.alert", e);
	if (blocks)
		send_event(self, "spin.block", e);
}

const struct export_adapter adapter_ubus = {
	.name = "ubus",
	.title = N_("ubus of OpenWrt"),
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.status = status,
	.test = test,
	.event = on_event,
	.second = on_second,
};
