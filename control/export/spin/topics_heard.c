// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/topics_heard.h"

#include "control/core.h"
#include "control/export/mqtt/client.h"
#include "control/export/spin/topics.h"
#include "control/http/json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOPIC_ASK "SPIN/jsonrpc/q"
#define TOPIC_ANSWER "SPIN/jsonrpc/a"
#define TOPIC_COMMANDS "SPIN/commands"

// Nobody is told: an answer for each would make it worse.
static bool
is_too_much(struct topics *t) {
	bool much = t->asked >= TOPICS_ASKED_MAX;

	t->asked += !much;
	t->stats.lost += much;
	return much;
}

static void
answered(void *context, const char *text, size_t length) {
	struct topics *t = context;

	if (text)
		topics_publish(t, TOPIC_ANSWER, text, length);
}

static void
on_ask(void *context, const char *topic, const char *payload, size_t length, bool retained) {
	struct topics *t = context;
	struct spin *s = spin_of(t->core);
	const struct mqtt_config *m = &t->core->config->mqtt;
	struct rpc_who who = {.role = m->commands ? ROLE_USER : ROLE_VIEWER};

	(void)topic;
	if (!s || retained || is_too_much(t)) // who asked what is retained is long gone
		return;
	snprintf(who.by.who, sizeof who.by.who, "MQTT client");
	snprintf(who.by.role, sizeof who.by.role, "%s", role_name(who.role));
	snprintf(who.by.way, sizeof who.by.way, "spin");
	snprintf(who.by.source, sizeof who.by.source, "%.63s", m->broker.host);
	rpc_ask(s, &who, payload, length, answered, t);
}

// The node's number, as a number or in quotes; 0: it is none.
static uint64_t
node_of(const struct json_doc *d) {
	unsigned int argument = json_get(d, JSON_ROOT, "argument");
	const char *text = json_text(d, argument);
	int64_t number = text ? strtoll(text, NULL, 10) : json_number(d, argument, 0);

	return number > 0 ? (uint64_t)number : 0;
}

static void
on_command(void *context, const char *topic, const char *payload, size_t length, bool retained) {
	struct topics *t = context;
	struct spin *s = spin_of(t->core);
	struct json_fault fault;
	struct json_doc *d;

	(void)topic;
	if (!s || retained || is_too_much(t)
	    || json_parse(payload, length, &json_limits_body, &d, &fault) < 0)
		return;
	const char *command = json_text(d, json_get(d, JSON_ROOT, "command"));
	if (command && strcmp(command, "get_peak_info") == 0) {
		struct json j;
		json_init(&j);
		peaks_write(t->peaks, s, node_of(d), &j);
		if (!j.failed)
			topics_publish(t, TOPIC_TRAFFIC, j.text, j.length);
		json_free(&j);
	}
	json_doc_free(d);
}

void
topics_listen(struct topics *t) {
	mqtt_subscribe(t->client, TOPIC_ASK, 0, on_ask, t);
	mqtt_subscribe(t->client, TOPIC_COMMANDS, 0, on_command, t);
}
