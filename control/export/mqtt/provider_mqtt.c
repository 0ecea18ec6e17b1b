// SPDX-License-Identifier: BSD-3-Clause
// The access provider asks over its own broker, to which the gateway goes out: nothing in the home
// need be reachable.  The connection stands as long as the household lets the provider in; what is
// asked has the same rights, masks, pace and audit as over HTTPS.

#include "control/core.h"
#include "control/export/adapters.h"
#include "control/export/mqtt/client.h"
#include "control/export/mqtt/mqtt.h"
#include "control/export/mqtt/provider_ask.h"
#include "control/provider/provider.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKED_MAX 8 // under way

struct asked {
	struct provider_mqtt *of; // NULL: free
	struct inside *inside;
	char id[ASK_ID];
};

struct provider_mqtt {
	struct core *core;
	struct mqtt_client *client; // NULL: the household does not let the provider in
	char root[MQTT_ROOT];
	char error[EXPORT_ERROR];
	struct asked at[ASKED_MAX];
	struct export_status before; // of the connections that are over
};

static bool
wanted(const struct config *c) {
	return c->provider_mqtt.enabled;
}

static void
tell(struct provider_mqtt *p, struct json *j) {
	char topic[MQTT_TOPIC];

	snprintf(topic, sizeof topic, "%s/api/a", p->root);
	if (!j->failed)
		mqtt_publish(p->client, topic, j->text, j->length, 1);
	json_free(j);
}

static void
refuse(struct provider_mqtt *p, const char *id, int status, const char *error) {
	struct json j;

	json_init(&j);
	provider_ask_refuse(id, status, error, &j);
	tell(p, &j);
}

static void
on_answer(void *context, const struct inside_answer *a) {
	struct asked *k = context;
	struct provider_mqtt *p = k->of;
	struct json j;

	k->inside = NULL;
	k->of = NULL;
	json_init(&j);
	provider_ask_answer(k->id, a, &j);
	tell(p, &j);
}

static void
ask(struct provider_mqtt *p, struct asked *k, const struct provider_ask *a) {
	const struct inside_request q = {
		.method = a->method,
		.target = a->target,
		.headers = a->headers,
		.body = a->body,
		.length = a->body_length,
		.as = {.role = ROLE_PROVIDER, .kind = PRINCIPAL_BROKER, .name = "provider"},
		.source = "provider's broker",
	};

	k->of = p;
	snprintf(k->id, sizeof k->id, "%s", a->id);
	int failed = inside_ask(p->core->http, &q, on_answer, k, &k->inside);
	if (!failed)
		return;
	k->of = NULL;
	if (failed == -EINVAL)
		refuse(p, a->id, 400, "that is no request: a method, and a path in visible ASCII");
	else
		refuse(p, a->id, failed == -EBUSY ? 429 : 500, "too much is asked at once");
}

static void
heard(void *context, const char *topic, const char *payload, size_t length, bool retained) {
	struct provider_mqtt *p = context;
	struct asked *k = NULL;
	struct provider_ask a;
	char error[ASK_ERROR];

	(void)topic;
	if (length == 0)
		return;
	for (size_t i = 0; i < ASKED_MAX && !k; i++)
		if (!p->at[i].of)
			k = &p->at[i];
	if (!provider_ask_read(payload, length, &a, error))
		refuse(p, a.id, 400, error);
	else if (retained)
		refuse(p, a.id, 409, "a retained request is not answered: publish without retain");
	else if (!k)
		refuse(p, a.id, 429, "8 requests are under way: wait for an answer");
	else
		ask(p, k, &a);
	provider_ask_free(&a);
}

// --- As long as the household says so ---

static void
add_counts(struct export_status *to, const struct export_status *s) {
	to->sent += s->sent;
	to->lost += s->lost;
	to->contact_ns = s->contact_ns ? s->contact_ns : to->contact_ns;
}

static void
let_out(struct provider_mqtt *p) {
	struct export_status s = {0};

	for (size_t i = 0; i < ASKED_MAX; i++) {
		if (p->at[i].of)
			inside_end(p->at[i].inside);
		p->at[i].of = NULL;
	}
	mqtt_client_status(p->client, &s);
	add_counts(&p->before, &s);
	mqtt_client_free(p->client);
	p->client = NULL;
}

static void
let_in(struct provider_mqtt *p) {
	char filter[MQTT_TOPIC];

	p->error[0] = 0;
	p->client =
		mqtt_connect(p->core, &p->core->config->provider_mqtt.broker, p->root, p->error);
	if (!p->client)
		return;
	snprintf(filter, sizeof filter, "%s/api/q", p->root);
	mqtt_subscribe(p->client, filter, 1, heard, p);
}

static void
on_provider(void *self) {
	struct provider_mqtt *p = self;
	bool in = grant_is_active(&p->core->provider->consent);

	if (in && !p->client)
		let_in(p);
	else if (!in && p->client)
		let_out(p);
}

static int
start(struct core *c, void **ret, char ret_error[EXPORT_ERROR]) {
	struct provider_mqtt *p = calloc(1, sizeof *p);

	if (!p) {
		snprintf(ret_error, EXPORT_ERROR, "out of memory");
		return -ENOMEM;
	}
	p->core = c;
	mqtt_root(c, &c->config->provider_mqtt.broker, p->root);
	on_provider(p);
	if (p->error[0]) {
		snprintf(ret_error, EXPORT_ERROR, "%s", p->error);
		free(p);
		return -EINVAL;
	}
	*ret = p;
	return 0;
}

static void
stop(void *self) {
	struct provider_mqtt *p = self;

	if (p->client)
		let_out(p);
	free(p);
}

static void
status(const void *self, struct export_status *ret) {
	const struct provider_mqtt *p = self;

	if (p->client) {
		mqtt_client_status(p->client, ret);
	} else {
		ret->state = p->error[0] ? EXPORT_FAILED : EXPORT_OFF;
		snprintf(
			ret->message,
			sizeof ret->message,
			"%s",
			p->error[0] ? p->error
				    : N_("it waits until the household lets its provider in")
		);
	}
	add_counts(ret, &p->before);
}

static int
test(void *self, export_done done, void *context) {
	struct provider_mqtt *p = self;

	if (p->client)
		return mqtt_client_test(p->client, done, context);
	done(context, N_("the household does not let its provider in now"));
	return 0;
}

const struct export_adapter adapter_provider_mqtt = {
	.name = "provider_mqtt",
	.title = N_("The access provider's broker"),
	.tells = N_("Left the gateway: what the provider asked for and the household allows"),
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.status = status,
	.test = test,
	.second = on_provider,
	.provider = on_provider,
};
