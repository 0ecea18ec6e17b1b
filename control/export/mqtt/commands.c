// SPDX-License-Identifier: BSD-3-Clause
// What may be published to the gateway, when mqtt.commands allows it: `device/<id>/WHAT/set`.
//
// A command becomes a request of the API, by somebody called mqtt with the role user: the same
// checks, the same place in the audit trail, and its answer is published at WHAT/result.  A
// retained one is not obeyed: it would be again at each connection.

#include "control/core.h"
#include "control/export/mqtt/client.h"
#include "control/export/mqtt/mqtt.h"
#include "control/export/mqtt/users.h"
#include "control/http/inside.h"
#include "control/id.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COMMANDS_MAX 16 // under way
#define PAYLOAD_MAX 128
#define STEPS_MAX 2
#define MINUTES_MAX 10080 // as the API has it: a week

struct step {
	const char *method;
	const char *action; // ":block"
	char body[PAYLOAD_MAX + 32]; // empty: none
};

struct command {
	struct commands *of; // NULL: free
	struct inside *asked;
	char device[ID_TEXT];
	char what[16];
	char payload[PAYLOAD_MAX + 1];
	struct step steps[STEPS_MAX];
	unsigned int next, count;
};

struct commands {
	struct core *core;
	struct mqtt_client *client;
	char root[MQTT_ROOT];
	struct command at[COMMANDS_MAX];
};

static bool
wanted(const struct config *c) {
	return c->mqtt.commands;
}

static void
add(struct command *m, const char *action) {
	m->steps[m->count++] = (struct step){.method = "POST", .action = action};
}

// --- Which steps a payload means; what it may be, where it means none ---

static bool
is_word(const struct command *m, const char *word) {
	return strcasecmp(m->payload, word) == 0;
}

static bool
blocked(struct command *m) {
	if (is_word(m, "ON"))
		add(m, ":block");
	else if (is_word(m, "OFF"))
		add(m, ":unblock");
	return m->count;
}

static bool
internet(struct command *m) {
	if (is_word(m, "ON")) {
		add(m, ":unblock");
		add(m, ":resume");
	} else if (is_word(m, "OFF")) {
		add(m, ":block");
	}
	return m->count;
}

static bool
paused(struct command *m) {
	size_t n = strlen(m->payload);
	unsigned long minutes = strtoul(m->payload, NULL, 10);

	if (is_word(m, "OFF")) {
		add(m, ":resume");
	} else if (is_word(m, "ON")) {
		add(m, ":pause");
	} else if (n && n < 6 && strspn(m->payload, "0123456789") == n && minutes && minutes <= MINUTES_MAX) {
		add(m, ":pause");
		snprintf(m->steps[0].body, sizeof m->steps[0].body, "{\"minutes\":%lu}", minutes);
	}
	return m->count;
}

static bool
profile(struct command *m) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "profile", m->payload);
	json_end(&j);
	if (!j.failed && m->payload[0] && j.length < sizeof m->steps[0].body) {
		m->steps[m->count++] = (struct step){.method = "PATCH", .action = ""};
		memcpy(m->steps[0].body, j.text, j.length + 1);
	}
	json_free(&j);
	return m->count;
}

static const struct {
	const char *what;
	bool (*read)(struct command *m);
	const char *right;
} known[] = {
	{"blocked", blocked, "publish ON or OFF"},
	{"internet", internet, "publish ON or OFF"},
	{"paused", paused, "publish ON for an hour, a number of minutes up to 10080, or OFF"},
	{"profile", profile, "publish the name of a profile"},
};

// --- Answers ---

// `body` is JSON, or NULL; `error` is NULL where the body tells it.
static void
answer(const struct commands *s,
       const struct command *m,
       int status,
       const struct inside_answer *a,
       const char *error) {
	char topic[MQTT_TOPIC];
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "payload", m->payload);
	json_key_u64(&j, "status", (uint64_t)status);
	json_key(&j, "answer");
	if (a && a->length && strstr(a->type, "json"))
		json_raw(&j, a->body, a->length);
	else
		json_null(&j);
	json_key_string(&j, "error", error);
	json_end(&j);
	snprintf(topic, sizeof topic, "%s/device/%s/%s/result", s->root, m->device, m->what);
	if (!j.failed)
		mqtt_publish(s->client, topic, j.text, j.length, 1);
	json_free(&j);
}

static void go_on(struct command *m);

static void
on_answer(void *context, const struct inside_answer *a) {
	struct command *m = context;
	bool good = a->status >= 200 && a->status < 300;

	m->asked = NULL;
	if (good && m->next < m->count) {
		go_on(m);
		return;
	}
	answer(m->of, m, a->status, a, a->error);
	m->of = NULL;
}

static void
go_on(struct command *m) {
	const struct step *step = &m->steps[m->next++];
	struct commands *s = m->of;
	char target[96];
	struct inside_request q = {
		.method = step->method,
		.target = target,
		.headers = "",
		.body = step->body,
		.length = strlen(step->body),
		.as = {.role = ROLE_USER, .kind = PRINCIPAL_BROKER, .name = "mqtt"},
		.source = "mqtt",
	};

	snprintf(target, sizeof target, "/api/v1/devices/%s%s", m->device, step->action);
	int failed = inside_ask(s->core->http, &q, on_answer, m, &m->asked);
	if (failed) {
		answer(s, m, failed == -EBUSY ? 429 : 500, NULL, "too much is asked at once");
		m->of = NULL;
	}
}

// --- Coming in ---

// The device and the word between "ROOT/device/" and "/set"; false: it is neither's name.
static bool
read_topic(const struct commands *s, const char *topic, struct command *m) {
	size_t root = strlen(s->root);
	uint64_t id;
	int end = 0;

	if (strncmp(topic, s->root, root) != 0
	    || sscanf(topic + root, "/device/%23[a-z0-9_]/%15[a-z]/set%n", m->device, m->what, &end)
		    != 2)
		return false;
	return end && !topic[root + (size_t)end] && id_parse("dev_", m->device, &id);
}

static struct command *
free_place(struct commands *s) {
	for (size_t i = 0; i < COMMANDS_MAX; i++)
		if (!s->at[i].of)
			return &s->at[i];
	return NULL;
}

static void
heard(void *context, const char *topic, const char *payload, size_t length, bool retained) {
	struct commands *s = context;
	struct command m = {.of = s};
	size_t i = 0;

	if (!read_topic(s, topic, &m))
		return; // and no place to answer at
	while (i < ARRAY_LEN(known) && strcmp(known[i].what, m.what) != 0)
		i++;
	snprintf(m.payload, sizeof m.payload, "%.*s", (int)MIN_OF(length, PAYLOAD_MAX), payload);
	if (retained && length == 0)
		return; // it was cleared
	struct command *place = free_place(s);
	if (i == ARRAY_LEN(known))
		answer(s, &m, 404, NULL, "there are blocked, internet, paused and profile");
	else if (retained)
		answer(s, &m, 409, NULL, "a retained command is not obeyed: publish without retain"
		);
	else if (length > PAYLOAD_MAX || strlen(m.payload) != length || !known[i].read(&m))
		answer(s, &m, 400, NULL, known[i].right);
	else if (!place)
		answer(s, &m, 429, NULL, "too many commands are under way: wait for a result");
	else
		go_on(memcpy(place, &m, sizeof m));
}

static void *
start(struct core *c, struct mqtt_client *client) {
	struct commands *s = calloc(1, sizeof *s);
	char filter[MQTT_TOPIC];

	if (!s)
		return NULL;
	s->core = c;
	s->client = client;
	mqtt_root(c, &c->config->mqtt.broker, s->root);
	snprintf(filter, sizeof filter, "%s/device/+/+/set", s->root);
	mqtt_subscribe(client, filter, 1, heard, s);
	return s;
}

static void
stop(void *self) {
	struct commands *s = self;

	for (size_t i = 0; i < COMMANDS_MAX; i++)
		if (s->at[i].of)
			inside_end(s->at[i].asked);
	free(s);
}

const struct mqtt_user mqtt_user_commands = {
	.name = "commands",
	.wanted = wanted,
	.start = start,
	.stop = stop,
};
